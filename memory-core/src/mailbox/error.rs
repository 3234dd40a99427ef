//! Why a message was not posted.

/// Why a [`Mailbox`](crate::Mailbox) did not take a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PostError {
    /// All places hold messages that were not applied yet.
    Full {
        /// How many places there are.
        capacity: usize,
    },
    /// There are more bytes than a message holds.
    TooLong {
        /// How many bytes there are.
        len: usize,
        /// How many bytes a message holds.
        capacity: usize,
    },
}

texts!(PostError {
    Self::Full { capacity } => "mailbox full: {} messages are not applied yet", capacity;
    Self::TooLong { len, capacity } => "{} bytes don't fit in a message of {}", len, capacity;
});

impl core::error::Error for PostError {}
