//! Books are put right after records are (rules, TD0.4; ADR 13): a job of each commit that let somebody in or took it
//! back writes the row in their book, or takes it out, and then leaves the queue. Each step may be done twice.

use jiff::SignedDuration;
use model::{Act, Caller, Grantee, Place, RecordId, Request, RowId, RowKind};

use crate::attempt::{Decided, Target};
use crate::base::damaged;
use crate::books::{InBook, LIST, ToList, let_in_since, row_in_book};
use crate::call::Call;
use crate::commit::Change;
use crate::failure::{Failure, Fault};
use crate::records::Records;

const AT_ONCE: usize = 64;
/// A job taken and not done is free again after this.
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// What the lines of both say.
const NOTE: &str = "list of patients";

impl Records {
    /// Puts the books right that wait for it; how many times.
    pub fn keep_lists(&self) -> Result<usize, Failure> {
        let now = self.now();
        if self.parts().store.snapshot()?.due_jobs_of(LIST, now, 1)?.is_empty() {
            return Ok(0);
        }
        let mut done = 0;
        for job in self.parts().store.lease_jobs_of(LIST, now, now.plus(LEASE), AT_ONCE)? {
            match self.keep_list(&job) {
                Ok(kept) => done += usize::from(kept),
                // what is wrong with one record keeps nothing of another's back (abuse J01)
                Err(Failure::Fault(fault @ Fault::Damaged { .. })) => {
                    tracing::error!(record = %job.record, %fault, "a book cannot be put right");
                }
                Err(Failure::Refused(_)) => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(done)
    }

    fn keep_list(&self, job: &store::RecordJob) -> Result<bool, Failure> {
        let record = job.record;
        let Some(loaded) = self.load(&Target::Record(record))? else { return Ok(false) };
        let place = Place { record, kind: RowKind::Queue, row: job.job.id, version: 1 };
        let opener = loaded.readable.keyring.opener(RowKind::Queue);
        let plain = opener.open(&place, &job.job.sealed).map_err(|_| damaged(record, "a job"))?;
        let ToList { of } = serde_json::from_slice(&plain).map_err(|_| damaged(record, "a job"))?;
        drop(loaded);
        let call = Call::new(Caller::upkeep(), RowId::random(self.dice()));
        self.write_in_book(&call, record, &of)?;
        self.attempt(|_| {
            let Some(loaded) = self.load(&Target::Record(record))? else {
                return Ok(self.on_no_record(&call, Act::Recompute, &Request::default(), self.now()));
            };
            let mut change = Change::on(&loaded.readable.base);
            change.done(job.job.id);
            let mut account = self.account(&call, Act::Recompute).accepted(&[policy::Rule::W16]);
            account.note = Some(NOTE.into());
            Ok(Decided { change, account, outcome: Ok(()) })
        })?;
        Ok(true)
    }

    /// The row says what the record says now, which is read again at each try.
    fn write_in_book(&self, call: &Call, record: RecordId, of: &Grantee) -> Result<(), Failure> {
        let stands = || -> Result<Option<InBook>, Failure> {
            let Some(loaded) = self.load(&Target::Record(record))? else { return Ok(None) };
            let since = let_in_since(&loaded.rights, of, self.now());
            Ok(since.map(|since| InBook { let_in_by: record, since }))
        };
        if self.book(of)?.is_none() && stands()?.is_none() {
            return Ok(());
        }
        self.attempt(|_| {
            let book = self.book(of)?;
            let (id, keys) = self.new_book(of)?;
            let row = row_in_book(&*self.parts().keeper, id, record)?;
            let mut change = match &book {
                Some(book) => Change::on(&book.base),
                None => Change::new_record(id, keys),
            };
            change.bump();
            let base = book.as_ref().map(|it| &it.base);
            match (stands()?, base) {
                (Some(stands), base) => change.put(self, base, RowKind::Rights, row, &stands)?,
                (None, Some(base)) => change.remove(base, RowKind::Rights, row),
                (None, None) => {}
            }
            let mut account = self.account(call, Act::Recompute).accepted(&[policy::Rule::W16]);
            account.note = Some(NOTE.into());
            Ok(Decided { change, account, outcome: Ok(()) })
        })
        .map(drop)
    }
}
