//! Answers to those who wait for their consents to be stored.

use tokio::sync::oneshot;

use super::append::Appended;
use crate::domain::error::Result;

/// Consents that are committed, with what became of each; on SQLite still to be synced.
pub(super) struct Committed {
    pub(super) answers: Vec<oneshot::Sender<Answer>>,
    pub(super) results: Vec<Result<Appended>>,
}

impl Committed {
    pub(super) fn answer(self, synced: &Result<()>) {
        let results = self
            .results
            .into_iter()
            .map(|result| result.and_then(|appended| synced.clone().map(|()| appended)));
        Answer::hand_out(self.answers.into_iter().zip(results).collect());
    }
}

/// What became of a consent, for the one who waits, and what became of others of its batch: whoever is answered first
/// answers the rest. To wake one task from this thread costs a system call, to wake others from a task costs none.
pub(super) struct Answer {
    result: Option<Result<Appended>>,
    rest: Vec<(oneshot::Sender<Answer>, Result<Appended>)>,
}

impl Answer {
    fn hand_out(mut waiting: Vec<(oneshot::Sender<Answer>, Result<Appended>)>) {
        while let Some((first, result)) = waiting.pop() {
            let answer = Answer { result: Some(result), rest: waiting };
            // Whoever waited may have gone; the consent is stored all the same, and the next one answers the rest.
            match first.send(answer) {
                Ok(()) => return,
                Err(mut refused) => waiting = std::mem::take(&mut refused.rest),
            }
        }
    }

    pub(super) fn into_result(mut self) -> Option<Result<Appended>> {
        self.result.take()
    }
}

impl Drop for Answer {
    /// Also when the one who waited goes without reading it.
    fn drop(&mut self) {
        for (other, result) in self.rest.drain(..) {
            let _ = other.send(Answer { result: Some(result), rest: Vec::new() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::error::Error;

    fn batch(
        size: usize,
    ) -> (Vec<(oneshot::Sender<Answer>, Result<Appended>)>, Vec<oneshot::Receiver<Answer>>) {
        let channels = (0..size).map(|_| oneshot::channel());
        channels.map(|(sender, receiver)| ((sender, Ok(Appended::Stored)), receiver)).unzip()
    }

    fn is_stored(receiver: oneshot::Receiver<Answer>) -> bool {
        matches!(receiver.blocking_recv().map(Answer::into_result), Ok(Some(Ok(Appended::Stored))))
    }

    #[test]
    fn everyone_is_answered_also_when_some_have_gone_before_or_go_without_reading() {
        let (waiting, mut receivers) = batch(5);
        // The last is asked to answer the rest: one has gone, the next goes with the answer unread.
        drop(receivers.pop());
        let unread = receivers.pop();
        Answer::hand_out(waiting);
        drop(unread);
        assert!(receivers.into_iter().all(is_stored));
    }

    #[test]
    fn a_failed_sync_is_told_to_everyone() {
        let (waiting, receivers) = batch(3);
        // The last one answers the rest when it reads its own.
        let (answers, results) = waiting.into_iter().unzip();
        let failed = Err(Error::Unavailable { retry_after: 5, cause: "the disk did not sync".into() });
        Committed { answers, results }.answer(&failed);
        let told = |receiver: oneshot::Receiver<Answer>| receiver.blocking_recv().unwrap().into_result();
        let is_told = |receiver| matches!(told(receiver), Some(Err(Error::Unavailable { .. })));
        assert!(receivers.into_iter().rev().all(is_told));
    }
}
