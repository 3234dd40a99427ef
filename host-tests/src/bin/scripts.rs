//! Writes the official threads suite to a file, as a chip reads it.

use std::{env, error::Error, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args_os().nth(1).ok_or("no file is named")?;
    fs::write(path, vellum_host_tests::suite::threads()?)?;
    Ok(())
}
