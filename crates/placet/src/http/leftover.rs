//! What is left of a request's body when its answer has been made, such as that it is too large. A server that closed the
//! connection then would take the answer back: the client is still writing, learns that nobody reads, and never looks at
//! what it was told. So the rest is read and thrown away, up to a bound.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header;
use http_body_util::BodyExt as _;
use hyper::body::{Frame, SizeHint};
use tokio::runtime::Handle;

/// The most that is thrown away, in bytes, and for how long.
const MOST: usize = 64 * 1024 * 1024;
const LONGEST: Duration = Duration::from_secs(10);

/// A body of which nothing is left on the connection when it is dropped.
struct Drained {
    body: Body,
    /// Whether a client that asks first has been told to send it.
    is_wanted: bool,
    is_done: bool,
}

/// The same request; the rest of its body will be read.
pub(super) fn drained(request: Request) -> Request {
    if request.body().is_end_stream() {
        return request;
    }
    // Such a client sends its body once somebody reads it, and is content with an answer instead.
    let is_wanted = !request.headers().contains_key(header::EXPECT);
    request.map(|body| Body::new(Drained { body, is_wanted, is_done: false }))
}

impl HttpBody for Drained {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.is_wanted = true;
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        self.is_done |= !matches!(frame, Some(Ok(_)));
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Drained {
    fn drop(&mut self) {
        if self.is_done || !self.is_wanted || self.body.is_end_stream() {
            return;
        }
        if let Ok(runtime) = Handle::try_current() {
            let rest = std::mem::take(&mut self.body);
            runtime.spawn(tokio::time::timeout(LONGEST, throw_away(rest)));
        }
    }
}

async fn throw_away(mut rest: Body) {
    let mut left = MOST;
    while let Some(Ok(frame)) = rest.frame().await {
        let Some(less) = left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) else { return };
        left = less;
    }
}
