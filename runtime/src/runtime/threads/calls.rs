//! Calls of a store with threads: blocking, and as futures.

use super::group::{Group, Round};
use super::seat::Seat;
use crate::runtime::Error;
use core::{future, task::Poll};
use wasmi::Val;

/// Calls `func` and blocks until it returns.
pub(crate) fn block(
    seat: &mut Seat,
    func: wasmi::Func,
    params: &[Val],
    results: &mut [Val],
) -> Result<(), Error> {
    Group::new(seat, func)?.run(params, results)
}

/// Calls `func`, giving way to other tasks after every round of slices.
pub(crate) async fn give_way(
    seat: &mut Seat,
    func: wasmi::Func,
    params: &[Val],
    results: &mut [Val],
) -> Result<(), Error> {
    let mut group = Group::new(seat, func)?;
    future::poll_fn(|context| {
        let waker = context.waker();
        match group.round(params, results, waker) {
            Ok(Round::Finished) => Poll::Ready(Ok(())),
            Ok(Round::Ran) => {
                waker.wake_by_ref();
                Poll::Pending
            }
            Ok(Round::Waits) => match group.waits(waker) {
                Ok(()) => Poll::Pending,
                Err(error) => Poll::Ready(Err(error)),
            },
            Err(error) => Poll::Ready(Err(error)),
        }
    })
    .await
}
