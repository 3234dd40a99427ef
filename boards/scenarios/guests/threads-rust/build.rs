//! One page is all the memory that the program gets.

fn main() {
    for argument in ["-zstack-size=4096", "--initial-memory=65536", "--max-memory=65536"] {
        println!("cargo::rustc-link-arg={argument}");
    }
}
