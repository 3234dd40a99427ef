//! Writes the binary hostile modules to their folder.

fn main() -> std::io::Result<()> {
    let folder = vellum_host_tests::hostile::folder();
    for (name, bytes) in vellum_host_tests::hostile::binaries() {
        std::fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}
