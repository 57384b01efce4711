//! "Qu'a pu voir le Dr X le 3 mai ?": the receipts of one professional's accesses on one day. Each line stores
//! what was shown, what was withheld and by which rule; it is answered as the trace is, so that what the asker
//! may not know of never was (rules, A5 and A22).

use jiff::civil::Date;
use model::{Act, Instant, PsIdNat, RecordId};

use crate::account::{Account, TraceEntry};
use crate::attempt::Target;
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::records::Records;

/// The most lines of one day; more are not told.
const MOST: usize = 1000;

impl Records {
    /// The accesses of a day of Paris, the newest first, refused ones included.
    pub fn what_was_visible(
        &self,
        call: &Call,
        record: RecordId,
        professional: &PsIdNat,
        day: Date,
    ) -> Result<Disclosed<Vec<TraceEntry>>, Failure> {
        let theirs = |_, account: &Account, at: Instant| {
            matches!(account.act, Act::Search | Act::Consult)
                && account.caller.professional().is_some_and(|it| it.id == *professional)
                && at.in_paris().date() == day
        };
        let seen = self.history_where(call, &Target::Record(record), None, MOST, theirs)?;
        Ok(seen.map(|it| it.lines))
    }
}
