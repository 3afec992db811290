//! A future with labels: the one place where a pinned struct is taken apart.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::collector::labels::LabelSet;

/// A future whose labels are in force while it is polled; see [`WithLabels::with_labels`].
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Labeled<F> {
    /// Pinned whenever this is.
    future: F,
    /// In force at the next poll: what was so at the end of the last one.
    labels: LabelSet,
}

/// Gives labels to any future.
pub trait WithLabels: Future + Sized {
    /// Makes a future that has `labels`, and those in force here, while it is polled.
    ///
    /// They go with the future from thread to thread; the thread's own come back after each poll.
    fn with_labels(self, labels: LabelSet) -> Labeled<Self> {
        Labeled { future: self, labels: LabelSet::current().and(labels) }
    }
}

impl<F: Future> WithLabels for F {}

/// Puts the thread's labels back, after a panic too.
struct Restore<'l> {
    own: LabelSet,
    left: &'l mut LabelSet,
}

impl Drop for Restore<'_> {
    fn drop(&mut self) {
        *self.left = LabelSet::replace(std::mem::replace(&mut self.own, LabelSet::EMPTY));
    }
}

impl<F: Future> Future for Labeled<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: nothing is moved out of the reference; `labels` is never pinned.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: `future` is a field of a pinned value, is not reached otherwise, and the type has no Drop of its own.
        let future = unsafe { Pin::new_unchecked(&mut this.future) };
        let own = LabelSet::replace(std::mem::replace(&mut this.labels, LabelSet::EMPTY));
        let _restore = Restore { own, left: &mut this.labels };
        future.poll(context)
    }
}
