//! Documents by their unique ids (TD3.2, ITI-43): one line for the request, each document decided for itself.

use model::{Act, EntryId, Ins, Instant, RecordId, Request, RowId, UniqueId};
use policy::Verdict;
use vault::TagDomain;

use super::consult::{Document, Granted};
use super::search::object;
use crate::attempt::{Decided, Target, refusal};
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Fault, RefusalKind};
use crate::records::{Records, derived_row};
use crate::view::View;

impl Records {
    /// The record of a person; one that nobody has where there is none, which costs and answers the same.
    pub fn whereabouts(&self, ins: &Ins) -> Result<RecordId, Fault> {
        Ok(self.find_by_ins(ins)?.unwrap_or_else(|| RecordId::random(self.dice())))
    }

    /// The documents of these unique ids, in their order; none for each that is not there, or not for this caller.
    pub fn retrieve(
        &self,
        call: &Call,
        ins: &Ins,
        ids: &[UniqueId],
    ) -> Result<Disclosed<Vec<Option<Document>>>, Failure> {
        let target = Target::Ins(ins.clone());
        self.target_tested(call, &target)?;
        if let [id] = ids {
            let record = self.whereabouts(ins)?;
            let row = derived_row(&*self.parts().keeper, TagDomain::DocumentUniqueId, record, id)?;
            let one = self.consult(call, record, EntryId::from_bytes(*row.as_bytes()))?;
            return Ok(one.map(|it| vec![Some(it)]));
        }
        let mut kept = true;
        let granted = self.attempt(|_| self.grant_several(call, &target, ids, std::mem::take(&mut kept)))?;
        granted.try_map(|all| {
            all.into_iter().map(|it| it.map(|granted| self.open_body(granted)).transpose()).collect()
        })
    }

    fn grant_several(
        &self,
        call: &Call,
        target: &Target,
        ids: &[UniqueId],
        kept: bool,
    ) -> Result<Decided<Vec<Option<Granted>>>, Failure> {
        let (act, now) = (Act::Consult, self.now());
        // ids were named: replaced and archived documents are asked for expressly (rules, A3)
        let request = Request { asked_deprecated: true, asked_archived: true, ..Request::default() };
        if kept
            && let Some(view) = self.kept(call, target)?
            && let Ok(Some(decided)) = self.on_all_shown(call, &view, ids, &request, now)
        {
            return Ok(decided);
        }
        let Some(view) = self.fresh(target)? else {
            let decided: Decided<Vec<Option<Granted>>> = self.on_no_record(call, act, &request, now);
            return Ok(Decided { outcome: decided.outcome.map_err(not_found), ..decided });
        };
        if let Some(decided) = self.on_all_shown(call, &view, ids, &request, now)? {
            return Ok(decided);
        }
        let loaded = view.loaded()?;
        let record = view.record();
        let question = self.question(call, act, &loaded.facts, &request, now);
        let states = self.states(loaded)?;
        let (mut objects, mut given) = (Vec::new(), Vec::new());
        let mut allowed_by = None;
        for id in ids {
            let row: RowId = derived_row(&*self.parts().keeper, TagDomain::DocumentUniqueId, record, id)?;
            let Some(state) = states.iter().find(|it| RowId::from(it.logical_id) == row) else {
                given.push(None);
                continue;
            };
            let decision = self.decide(&question, Some(&state.facts()));
            let allowed = decision.verdict == Verdict::Allow;
            objects.push(object(state.logical_id, &state.type_code.code, allowed, &decision));
            given.push(if allowed { Some(self.granted(&view, state)?) } else { None });
            if allowed {
                allowed_by.get_or_insert(decision.allowed_by);
            }
        }
        let mut change = view.change();
        let account = self.account(call, act);
        let Some(allowed_by) = allowed_by else {
            let decision = self.decide(&question, None);
            let mut account = account.refused(&decision.refused_by);
            account.objects = objects;
            let outcome = Err(refusal(decision.refused_by, RefusalKind::NotFound));
            return Ok(Decided { change, account, outcome });
        };
        self.note_reader(call, loaded, &mut change)?;
        let mut account = account.accepted(&allowed_by);
        account.objects = objects;
        Ok(Decided { change, account, outcome: Ok(given) })
    }

    /// Each found by its row, where every one of them is there and may be shown. None else: what is not there and
    /// what may not be shown is for a look at every document.
    fn on_all_shown(
        &self,
        call: &Call,
        view: &View,
        ids: &[UniqueId],
        request: &Request,
        now: Instant,
    ) -> Result<Option<Decided<Vec<Option<Granted>>>>, Failure> {
        let record = view.record();
        let question = self.question(call, Act::Consult, &view.opened.facts, request, now);
        let (mut objects, mut given) = (Vec::with_capacity(ids.len()), Vec::with_capacity(ids.len()));
        let (mut allowed_by, mut opened_more) = (None, false);
        for id in ids {
            let row: RowId = derived_row(&*self.parts().keeper, TagDomain::DocumentUniqueId, record, id)?;
            let Some((piece, more)) = view.document(self, EntryId::from_bytes(*row.as_bytes()))? else {
                return Ok(None);
            };
            let decision = self.decide(&question, Some(&piece.kept.facts));
            if !decision.is_allowed() {
                return Ok(None);
            }
            opened_more |= more;
            let code = &piece.kept.facts.type_code.code;
            objects.push(object(piece.kept.logical_id, code, true, &decision));
            given.push(Some(self.granted_piece(view, piece)?));
            allowed_by.get_or_insert(decision.allowed_by);
        }
        let Some(allowed_by) = allowed_by else { return Ok(None) };
        let mut change = view.change();
        if let Some(loaded) = &view.loaded {
            self.note_reader(call, loaded, &mut change)?;
        }
        if opened_more {
            self.keep_open(view)?;
        }
        let mut account = self.account(call, Act::Consult).accepted(&allowed_by);
        account.objects = objects;
        Ok(Some(Decided { change, account, outcome: Ok(given) }))
    }
}

fn not_found(mut no: crate::failure::Refusal) -> crate::failure::Refusal {
    if no.kind == RefusalKind::Denied {
        no.kind = RefusalKind::NotFound;
    }
    no
}
