//! The linker's arguments: four pages at most, or as many bytes.

fn main() {
    for argument in ["-zstack-size=2048", "--max-memory=262144"] {
        println!("cargo::rustc-link-arg={argument}");
    }
}
