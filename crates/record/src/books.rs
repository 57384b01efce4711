//! Books: whom the records let in, told from the other side. A professional, or a house, has one, under a name made
//! with the keeper's secret, with a key and a trace of its own; each of its rows says that a record let its owner in
//! (design, "Storage"; ADR 13). It says no more than where to look: whoever reads it opens each record and decides.
//!
//! A book is written after the record, by a job of the commit that let in or took back (`upkeep::lists`).

use std::collections::BTreeSet;
use std::sync::Arc;

use model::{Grantee, Instant, RecordId, RowId, RowKind};
use serde::{Deserialize, Serialize};
use vault::{FeedKeys, KeyKeeper, TagDomain};

use crate::attempt::Loaded;
use crate::base::{Readable, damaged};
use crate::commit::Change;
use crate::failure::Fault;
use crate::records::{Records, first_half, new_key, unwrap};
use crate::rows::{Plain, RIGHTS, RightsRow};

/// The kind of job that puts a book right.
pub(crate) const LIST: u8 = 17;

/// Kind `rights` of a book, a row for each record that let its owner in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InBook {
    pub(crate) let_in_by: RecordId,
    /// The last time: a renewal counts.
    pub(crate) since: Instant,
}

impl Plain for InBook {
    fn read(plain: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(plain)
    }
}

/// Whose book a job puts right.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ToList {
    pub(crate) of: Grantee,
}

impl Change {
    /// The rights as they now stand. Whoever they let in, or no longer do, has their book put right after.
    pub(crate) fn put_rights(
        &mut self,
        records: &Records,
        loaded: &Loaded,
        rights: &RightsRow,
    ) -> Result<(), Fault> {
        self.put(records, Some(&loaded.readable.base), RowKind::Rights, RIGHTS, rights)?;
        for of in concerned(&loaded.rights, rights) {
            self.job(records, LIST, records.now(), &ToList { of })?;
        }
        Ok(())
    }
}

/// Those whose access one has and the other has not.
fn concerned(before: &RightsRow, after: &RightsRow) -> BTreeSet<Grantee> {
    let mentioned = |row: &RightsRow| {
        let given = row.rights.authorisations.iter().map(|it| it.to.clone());
        let attending = row.rights.attending.iter().map(|it| Grantee::Person(it.person.clone()));
        let caring = row.care.iter().map(|it| Grantee::Person(it.by.clone()));
        given.chain(attending).chain(caring).collect::<Vec<_>>()
    };
    let same = |who: &Grantee| {
        let given = |row: &RightsRow| {
            let all = row.rights.authorisations.iter().filter(|it| it.to == *who);
            all.cloned().collect::<Vec<_>>()
        };
        let Grantee::Person(person) = who else { return given(before) == given(after) };
        let attending = |row: &RightsRow| {
            let all = row.rights.attending.iter().filter(|it| it.person == *person);
            all.cloned().collect::<Vec<_>>()
        };
        let caring = |row: &RightsRow| {
            let all = row.care.iter().filter(|it| it.by == *person);
            all.map(|it| (it.since, it.ended)).collect::<Vec<_>>()
        };
        given(before) == given(after)
            && attending(before) == attending(after)
            && caring(before) == caring(after)
    };
    mentioned(before).into_iter().chain(mentioned(after)).filter(|it| !same(it)).collect()
}

/// Since when this one is let in: the last time it was said, of what is in force. A designation that waits for the
/// holder is none, its authorisation counts by itself.
pub(crate) fn let_in_since(row: &RightsRow, who: &Grantee, now: Instant) -> Option<Instant> {
    let rights = &row.rights;
    let given = rights.authorisations.iter().filter(|it| it.to == *who && it.is_in_force(now));
    let mut last = given.map(|it| it.from).max();
    if let Grantee::Person(person) = who {
        let attending = rights.attending.iter().filter(|it| it.person == *person && it.is_in_force(now));
        let caring = row.care.iter().filter(|it| it.by == *person && it.is_in_force(now));
        last = last.max(attending.filter_map(|it| it.confirmed).max()).max(caring.map(|it| it.since).max());
    }
    last
}

fn book_id(keeper: &dyn KeyKeeper, of: &Grantee) -> Result<RecordId, Fault> {
    let named = match of {
        Grantee::Person(person) => format!("book|person|{person}"),
        Grantee::Organisation(house) => format!("book|house|{house}"),
    };
    Ok(RecordId::from_bytes(first_half(keeper.tag(TagDomain::Budget, named.as_bytes())?)))
}

/// The row of a record in a book: keyed, so that it says nothing.
pub(crate) fn row_in_book(keeper: &dyn KeyKeeper, book: RecordId, record: RecordId) -> Result<RowId, Fault> {
    let named = format!("in book|{book}|{record}");
    Ok(RowId::from_bytes(first_half(keeper.tag(TagDomain::Budget, named.as_bytes())?)))
}

impl Records {
    /// The book of a professional or a house; none where nobody ever let them in.
    pub(crate) fn book(&self, of: &Grantee) -> Result<Option<Readable>, Fault> {
        self.readable(book_id(&*self.parts().keeper, of)?)
    }

    /// Its name and its keys, made where there are none yet.
    pub(crate) fn new_book(&self, of: &Grantee) -> Result<(RecordId, Arc<FeedKeys>), Fault> {
        let parts = self.parts();
        let book = book_id(&*parts.keeper, of)?;
        let made = match parts.store.keys().get(book)? {
            Some(_) => None,
            None => Some(new_key(parts, book)),
        };
        // another node may have made it meanwhile: the first one stands
        let Some(stored) = parts.store.keys().get(book)? else {
            made.transpose()?;
            return Err(damaged(book, "the key"));
        };
        let key = unwrap(&*parts.keeper, book, &stored)?;
        Ok((book, Arc::new(key.keyring(book).for_feeding())))
    }

    /// What stands in a book.
    pub(crate) fn in_book(&self, book: &Readable) -> Result<Vec<InBook>, Fault> {
        let rows: Vec<RowId> = book
            .base
            .marks()
            .keys()
            .filter(|(kind, _)| *kind == RowKind::Rights)
            .map(|(_, row)| *row)
            .collect();
        book.some(RowKind::Rights, &rows)
    }
}
