//! The panic handler.

use crate::{host, line::Line};
use core::{fmt::Write as _, panic::PanicInfo};

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let (file, line, column) = match info.location() {
        Some(place) => (place.file(), place.line(), place.column()),
        None => ("", 0, 0),
    };
    let message = info.message();
    if let Some(message) = message.as_str() {
        host::panic(message, file, line, column);
    }
    // What of a long message does not fit is logged before.
    let mut text = Line::new(host::log);
    let _ = write!(text, "{message}");
    host::panic(text.as_str(), file, line, column)
}
