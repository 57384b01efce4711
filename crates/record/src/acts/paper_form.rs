//! The holder's printed list with a code for each document, and the signed form an agent enters by those codes,
//! seeing no content (rules, W14).

use model::{Act, DocumentEntry, EntryId, Instant, RecordId, Request, RowKind, SignedForm};

use crate::account::{Fate, ObjectAccount, numbers};
use crate::acts::settle::{Draft, Settling, no};
use crate::attempt::{Decided, Target, refusal};
use crate::call::Call;
use crate::circle::PrintedList;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Refusal, RefusalKind};
use crate::records::Records;
use crate::rows::GateRow;

/// The list to print, and when.
#[derive(Clone, Debug)]
pub struct Printed {
    pub record: RecordId,
    pub at: Instant,
    /// A code, and what it stands for.
    pub lines: Vec<(String, DocumentEntry)>,
}

impl Records {
    /// The holder's own list: content, so that no form brings it to a counter. The codes of the list before are worth nothing from now on.
    pub fn print_list(&self, call: &Call, target: &Target) -> Result<Disclosed<Printed>, Failure> {
        let apply = |draft: &mut Draft<'_>| {
            let mut lines = Vec::new();
            let asked = Request { asked_archived: true, ..Request::default() };
            for state in self.states(draft.loaded)? {
                let facts = state.facts();
                let may =
                    self.decision(call, Act::Search, &draft.loaded.facts, Some(&facts), &asked, draft.now);
                if may.is_allowed() {
                    let details = self.details(draft.loaded, &state)?;
                    let code = new_code(self, &lines);
                    lines.push((code, state.entry(&details)));
                }
            }
            let codes = lines.iter().map(|(code, entry)| (code.clone(), entry.logical_id)).collect();
            draft.identity().circle.printed = Some(PrintedList { printed: draft.now, codes });
            Ok(Printed { record: draft.loaded.record(), at: draft.now, lines })
        };
        self.settle(
            call,
            target,
            &Settling { act: Act::PrintList, request: Request::default(), note: None, apply },
        )
    }

    /// Masks or unmasks the document a code on the holder's latest list stands for. The agent learns that it is
    /// done, and nothing of what it is.
    pub fn enter_form(
        &self,
        call: &Call,
        target: &Target,
        act: Act,
        code: &str,
    ) -> Result<Disclosed<()>, Failure> {
        if !matches!(act, Act::Mask | Act::Unmask) {
            return no("act", "a form masks or unmasks a document");
        }
        self.target_tested(call, target)?;
        self.attempt(|_| {
            let now = self.now();
            let request = Request {
                form: Some(SignedForm::WithCode),
                asked_deprecated: true,
                asked_archived: true,
                ..Request::default()
            };
            let Some(loaded) = self.load(target)? else {
                return Ok(self.on_no_record(call, act, &request, now));
            };
            let mut change = Change::on(&loaded.readable.base);
            let mut account = self.account(call, act);
            account.note = Some("signed form".into());
            let printed = loaded.identity.circle.printed.as_ref();
            let wanted = code.trim().to_uppercase();
            let named = printed.and_then(|it| it.codes.iter().find(|(code, _)| *code == wanted));
            let state = match named {
                Some((_, id)) => loaded.readable.base.state(*id)?,
                None => None,
            };
            let Some(mut state) = state else {
                // decided all the same: who may enter no form learns nothing of codes
                let decision = self.decision(call, act, &loaded.facts, None, &request, now);
                let able = call.caller.agent().is_some();
                let account = account.refused(&decision.refused_by);
                let outcome = Err(match able {
                    true => Refusal::because("code", "this code is not on the holder's latest list"),
                    false => refusal(decision.refused_by, RefusalKind::Denied),
                });
                return Ok(Decided { change, account, outcome });
            };
            let decision = self.decision(call, act, &loaded.facts, Some(&state.facts()), &request, now);
            let allowed = decision.is_allowed();
            account.objects = vec![ObjectAccount {
                document: Some(state.logical_id),
                type_code: state.type_code.code.clone(),
                fate: if allowed { Fate::Written } else { Fate::Refused },
                rules: numbers(&decision.refused_by),
            }];
            if !allowed {
                return Ok(Decided::refused(change, account, decision.refused_by, RefusalKind::Denied));
            }
            state.visibility.masked = act == Act::Mask;
            state.next_version(EntryId::random(self.dice()), now);
            let row = state.logical_id.into();
            let base = Some(&loaded.readable.base);
            change.put(self, base, RowKind::Gate, row, &GateRow::Document(Box::new(state)))?;
            change.bump();
            Ok(Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(()) })
        })
    }
}

/// Six letters and digits that cannot be taken for one another, not on the list yet.
fn new_code(records: &Records, taken: &[(String, DocumentEntry)]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKMNPQRSTUVWXYZ234567899";
    loop {
        let bytes: [u8; 6] = model::chance::throw(records.dice());
        let code: String = bytes
            .iter()
            .filter_map(|byte| LETTERS.get(usize::from(byte % 32)))
            .map(|it| char::from(*it))
            .collect();
        if !taken.iter().any(|(there, _)| *there == code) {
            return code;
        }
    }
}
