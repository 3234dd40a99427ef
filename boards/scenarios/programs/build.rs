//! The linker's arguments for guests: `run` is what the host calls.

/// The programs, and the bytes of stack that each needs.
const STACKS: [(&str, u32); 10] = [
    ("cbor", 8192),
    ("deflate", 16_384),
    ("fft", 8192),
    ("image", 8192),
    ("json", 8192),
    ("position", 24_576),
    ("regex", 8192),
    ("sha", 8192),
    ("shrink", 8192),
    ("state", 8192),
];

fn main() {
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() != Ok("wasm32") {
        return;
    }
    for (name, stack) in STACKS {
        if name == "regex" && std::env::var("CARGO_FEATURE_STD").is_err() {
            continue;
        }
        for argument in ["--no-entry", "--export=run", &format!("-zstack-size={stack}")] {
            println!("cargo::rustc-link-arg-bin={name}={argument}");
        }
    }
}
