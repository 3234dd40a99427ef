//! Waiting for the lock of a world as a future.

use super::definitions::SharedWorld;
use crate::error::Error;
use core::{future, task::Poll};

/// Gives way to other tasks while somebody else has the lock of a world.
pub(crate) async fn turn(shared: &SharedWorld) -> Result<(), Error> {
    future::poll_fn(|context| match shared.lock_soon() {
        Ok(Some(_)) => Poll::Ready(Ok(())),
        Ok(None) => {
            context.waker().wake_by_ref();
            Poll::Pending
        }
        Err(error) => Poll::Ready(Err(error.into())),
    })
    .await
}
