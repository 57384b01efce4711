//! What the two searches share: a query that may be the next page of an earlier one, and the page answered.

use axum::http::StatusCode;
use axum::response::Response;
use ihe::fhir::out::Out;
use ihe::fhir::paging::{Page, next_page, searchset};
use ihe::fhir::search::Pairs;
use ihe::fhir::subject::{PatientRef, RecordRef};
use model::RecordId;

use super::answer::{Answer, fhir};
use super::cursor::Cursor;
use crate::app::App;

/// A search: its parameters, and how many of its results were given before.
pub(super) struct Wanted {
    pub(super) pairs: Pairs,
    skip: usize,
}

impl Wanted {
    /// Opens the sealed word of a `next` link, where the request is one.
    pub(super) fn read(app: &App, of: &str, pairs: Pairs) -> Result<Self, Answer> {
        match next_page(&pairs) {
            Some(word) => {
                let Cursor { pairs, skip, .. } = app.cursors.open(word, of)?;
                Ok(Self { pairs, skip })
            }
            None => Ok(Self { pairs, skip: 0 }),
        }
    }

    /// The page of `found` this request asks for, at most `count` of them, and the link to the next.
    pub(super) fn page<'a, T, W: Into<Out<'a>>>(
        &self,
        app: &App,
        of: &str,
        count: usize,
        found: &'a [T],
        write: impl Fn(&'a T) -> W,
    ) -> Response {
        let (total, end) = (found.len(), self.skip.saturating_add(count));
        let next = (end < total)
            .then(|| Cursor { of: of.to_owned(), pairs: self.pairs.clone(), skip: end })
            .and_then(|cursor| app.cursors.seal(&cursor, &*app.dice));
        let shown: Vec<W> = found.iter().skip(self.skip).take(count).map(write).collect();
        let base = &app.addresses.care_fhir;
        let page = Page { base, of_type: of, pairs: &self.pairs, total, next: next.as_deref() };
        fhir(StatusCode::OK, &searchset(&page, shown))
    }
}

/// Whether the record that was found is the one named: an INS and a record's id, where both are given, must meet.
pub(super) fn meets(named: &PatientRef, record: RecordId) -> bool {
    named.record.is_none_or(|it| it == RecordRef::Id(record))
}
