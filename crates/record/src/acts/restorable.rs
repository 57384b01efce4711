//! What somebody deleted and may still take back, for thirty days (rules, A3 and W6). It is named by its kind alone:
//! what a deleted document says is shown to nobody.

use model::{Act, DocumentStatus, EntryId, Instant, RecordId, Request};
use policy::{Verdict, days_later};

use crate::attempt::{Decided, Target};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, RefusalKind};
use crate::records::Records;

/// The note of a line that looked at what was deleted.
const DELETED: &str = "deleted";

/// A deleted document that this caller may restore.
#[derive(Clone, Debug)]
pub struct Restorable {
    pub id: EntryId,
    pub type_code: String,
    pub deleted: Instant,
    /// Not any more from then on.
    pub until: Instant,
}

impl Records {
    /// Those this caller may restore, the last deleted first; each decided as restoring it is.
    pub fn restorable(&self, call: &Call, record: RecordId) -> Result<Disclosed<Vec<Restorable>>, Failure> {
        let found = self.attempt(|_| {
            let (now, act, request) = (self.now(), Act::Search, Request::default());
            let Some(loaded) = self.load(&Target::Record(record))? else {
                return Ok(self.on_no_record(call, act, &request, now));
            };
            let decision = self.decision(call, act, &loaded.facts, None, &request, now);
            let mut account = self.account(call, act);
            let change = Change::on(&loaded.readable.base);
            if decision.verdict == Verdict::Refuse {
                return Ok(Decided::refused(change, account, decision.refused_by, RefusalKind::Denied));
            }
            let mut mine = Vec::new();
            for state in self.states(&loaded)?.into_iter().filter(|it| it.recalled.is_none()) {
                let DocumentStatus::Deleted { at } = state.status else { continue };
                let may =
                    self.decision(call, Act::Restore, &loaded.facts, Some(&state.facts()), &request, now);
                if may.is_allowed() {
                    let until = days_later(at, self.policy().profile.restore_days);
                    let type_code = state.type_code.code.clone();
                    mine.push(Restorable { id: state.logical_id, type_code, deleted: at, until });
                }
            }
            mine.sort_by_key(|it| std::cmp::Reverse((it.deleted, it.id)));
            account.note = Some(DELETED.to_owned());
            Ok(Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(mine) })
        })?;
        self.touched(call, record);
        Ok(found)
    }
}
