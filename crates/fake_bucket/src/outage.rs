//! Ways in which a bucket is of no use for a while.

use std::io;
use std::sync::Arc;

use http::{Method, StatusCode};
use tokio::net::TcpListener;

use crate::{FakeBucket, serve};

/// What is the matter with it.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) enum Outage {
    #[default]
    None,
    /// Every request is answered with this status.
    Answers(StatusCode),
    /// Connections are taken, and no request is ever answered.
    Silent,
    /// So many more objects are taken, and the others answered with this status.
    Full(usize, StatusCode),
}

/// What a request meets.
pub(crate) enum Met {
    Nothing,
    Answer(StatusCode),
    Silence,
}

impl Outage {
    pub(crate) fn meets(&mut self, method: &Method) -> Met {
        match self {
            Self::Answers(status) => Met::Answer(*status),
            Self::Silent => Met::Silence,
            Self::Full(0, status) if method == Method::PUT => Met::Answer(*status),
            Self::Full(more, _) if method == Method::PUT => {
                *more -= 1;
                Met::Nothing
            }
            Self::None | Self::Full(..) => Met::Nothing,
        }
    }
}

impl FakeBucket {
    /// From now on every request is answered with this status and nothing is done; `None` ends every outage but
    /// [`go_away`](Self::go_away).
    pub fn answer_everything_with(&self, status: Option<StatusCode>) {
        *self.shared.outage.lock() = status.map_or(Outage::None, Outage::Answers);
    }

    /// From now on no request is answered, nor is its connection closed.
    pub fn fall_silent(&self) {
        *self.shared.outage.lock() = Outage::Silent;
    }

    /// From now on so many objects are taken, and each further one is answered with this status.
    pub fn take_only(&self, objects: usize, status: StatusCode) {
        *self.shared.outage.lock() = Outage::Full(objects, status);
    }

    /// Closes every connection and takes no more of them, as a machine without the program does.
    pub async fn go_away(&mut self) {
        self.serving.abort();
        // Its end by force is what was asked for.
        let _aborted = (&mut self.serving).await;
    }

    /// Listens again where it did.
    ///
    /// # Errors
    /// When somebody else has the port meanwhile.
    pub async fn come_back(&mut self) -> io::Result<()> {
        let listener = TcpListener::bind(self.address).await?;
        self.serving = tokio::spawn(serve(listener, Arc::clone(&self.shared)));
        Ok(())
    }
}
