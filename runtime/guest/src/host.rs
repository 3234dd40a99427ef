//! What the host does for a guest.

#[cfg(target_arch = "wasm32")]
mod imports {
    #![expect(unsafe_code, reason = "functions of the host are imported")]

    #[link(wasm_import_module = "vellum")]
    unsafe extern "C" {
        /// Both read within the guest's memory alone, and whatever the pointer.
        pub(super) safe fn log(text: *const u8, length: usize);
        #[cfg(feature = "panic-handler")]
        pub(super) safe fn panic(
            message: *const u8,
            message_length: usize,
            file: *const u8,
            file_length: usize,
            line: u32,
            column: u32,
        );
    }
}

/// Tells the host a line of text as it is.
///
/// ```
/// vellum_guest::log("started");
/// ```
pub fn log(line: &str) {
    #[cfg(target_arch = "wasm32")]
    imports::log(line.as_ptr(), line.len());
    #[cfg(not(any(target_arch = "wasm32", target_os = "none")))]
    std::eprintln!("{line}");
    #[cfg(all(target_os = "none", not(target_arch = "wasm32")))]
    let _ = line;
}

/// Tells the host of a panic, which ends the call.
#[cfg(all(target_arch = "wasm32", feature = "panic-handler"))]
pub(crate) fn panic(message: &str, file: &str, line: u32, column: u32) -> ! {
    imports::panic(message.as_ptr(), message.len(), file.as_ptr(), file.len(), line, column);
    core::arch::wasm32::unreachable()
}
