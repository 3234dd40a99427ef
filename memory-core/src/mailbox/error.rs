//! Why a message was not posted.

/// Why a [`Mailbox`](crate::Mailbox) did not take a message.
///
/// ```
/// use vellum_memory::{Mailbox, PostError};
///
/// static SAMPLES: Mailbox<1, 4> = Mailbox::new();
///
/// assert_eq!(SAMPLES.post(0, &[0; 5]), Err(PostError::TooLong { len: 5, capacity: 4 }));
/// SAMPLES.post(0, &[0; 4])?;
/// assert_eq!(SAMPLES.post(4, &[0; 4]), Err(PostError::Full { capacity: 1 }));
/// # Ok::<(), PostError>(())
/// ```
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
