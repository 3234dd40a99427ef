//! The linker's arguments.

fn main() {
    println!("cargo::rustc-link-arg=-zstack-size=2048");
}
