//! The first page: what needs me now, and why.

use askama::Template;
use axum::{Extension, extract::State, http::HeaderMap, response::Response};
use workflow::queue::{Queue, queue};

use super::{Failure, Frame, show};
use crate::{serve::App, session::Session};

#[derive(Template)]
#[template(path = "queue.html")]
struct Page {
    f: Frame,
    q: Queue,
    now: jiff::Timestamp,
}

impl Page {
    fn days_over(&self, due: Option<&jiff::Timestamp>) -> i64 {
        due.map_or(0, |d| (self.now.duration_since(*d).as_hours() / 24).max(0))
    }

    fn nothing(&self) -> bool {
        self.q.overdue.is_empty()
            && self.q.incoming.is_empty()
            && self.q.cases.is_empty()
            && self.q.questions == 0
            && self.q.pairs == 0
    }
}

pub(crate) async fn page(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let now = app.now();
    let q = queue(&app.hub, now).await?;
    show(&Page {
        f: Frame::of(&app, &headers, Some(&session), "/"),
        q,
        now,
    })
}
