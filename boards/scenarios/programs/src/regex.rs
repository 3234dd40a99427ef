//! Addresses and times found in a log.

use crate::sum::Sum;
use regex_lite::Regex;

const LOG: &str = "\
[12:01:59.250] uart0: 115200 baud
[12:02:00.001] net: 192.168.1.17 up, gateway 192.168.1.1
[12:02:07.730] mail: to ops@example.org, 3 retries
[12:02:08] bad line: 300.1.2
[12:05:10.999] net: 10.0.0.254 down
";

/// Runs it.
pub fn run() -> u32 {
    let mut sum = Sum::new();
    let patterns = [
        r"\[(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?\]",
        r"(?:\d{1,3}\.){3}\d{1,3}",
        r"(?i)[a-z]+@[a-z.]+",
        r"(?m)^.*(up|down).*$",
    ];
    for pattern in patterns {
        let Ok(regex) = Regex::new(pattern) else { return 0 };
        for found in regex.captures_iter(LOG) {
            for group in found.iter().flatten() {
                sum.number(group.start() as u32).bytes(group.as_str().as_bytes());
            }
        }
    }
    sum.number(u32::from(Regex::new("(").is_err()));
    sum.value()
}
