//! What the two searches share: a query that may be the next page of an earlier one, and the page answered.

use axum::http::StatusCode;
use axum::response::Response;
use ihe::fhir::out::Out;
use ihe::fhir::paging::{Page, next_page, searchset, write_searchset};
use ihe::fhir::search::Pairs;
use ihe::fhir::subject::{PatientRef, RecordRef};
use model::RecordId;

use super::answer::{Answer, fhir, fhir_bytes};
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
        let next = self.next(app, of, count, found.len());
        let shown: Vec<W> = found.iter().skip(self.skip).take(count).map(write).collect();
        let base = &app.addresses.care_fhir;
        let page = Page { base, of_type: of, pairs: &self.pairs, total: found.len(), next: next.as_deref() };
        fhir(StatusCode::OK, &searchset(&page, shown))
    }

    /// The same, of entries that are added as bytes.
    pub(super) fn page_written<T>(
        &self,
        app: &App,
        of: &str,
        count: usize,
        found: &[T],
        mut write: impl FnMut(&T, &mut Vec<u8>) -> Result<(), Answer>,
    ) -> Result<Response, Answer> {
        let next = self.next(app, of, count, found.len());
        let mut shown = found.iter().skip(self.skip).take(count);
        let base = &app.addresses.care_fhir;
        let page = Page { base, of_type: of, pairs: &self.pairs, total: found.len(), next: next.as_deref() };
        let bytes = write_searchset(&page, |out| match shown.next() {
            Some(it) => write(it, out).map(|()| true),
            None => Ok(false),
        })?;
        Ok(fhir_bytes(StatusCode::OK, bytes))
    }

    /// The link to the next page, where there is one.
    fn next(&self, app: &App, of: &str, count: usize, total: usize) -> Option<String> {
        let end = self.skip.saturating_add(count);
        // who asked for none wanted the total alone
        (count > 0 && end < total)
            .then(|| Cursor { of: of.to_owned(), pairs: self.pairs.clone(), skip: end })
            .and_then(|cursor| app.cursors.seal(&cursor, &*app.dice))
    }
}

/// Whether the record that was found is the one named: an INS and a record's id, where both are given, must meet.
pub(super) fn meets(named: &PatientRef, record: RecordId) -> bool {
    named.record.is_none_or(|it| it == RecordRef::Id(record))
}
