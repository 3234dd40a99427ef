#![cfg_attr(target_arch = "wasm32", no_std, no_main)]

#[cfg(target_arch = "wasm32")]
programs::guest!(image);

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    println!("{:#010x}", programs::image::run());
}
