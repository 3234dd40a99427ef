//! Why a letter was not posted.

/// Why a [`Mailbox`](crate::Mailbox) did not take a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PostError {
    /// All places hold letters that were not applied yet.
    Full {
        /// How many places there are.
        capacity: usize,
    },
    /// There are more bytes than a letter holds.
    TooLong {
        /// How many bytes there are.
        len: usize,
        /// How many bytes a letter holds.
        capacity: usize,
    },
}

texts!(PostError {
    Self::Full { capacity } => "mailbox full: {} letters are not applied yet", capacity;
    Self::TooLong { len, capacity } => "{} bytes don't fit in a letter of {}", len, capacity;
});

impl core::error::Error for PostError {}
