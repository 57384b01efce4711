//! Opposition to feeding (rules, W3; CSP R.1111-47): of one document, recorded by its producer; the holder's against
//! a professional, an organisation or a type. Lifted by the holder. What is opposed is refused with the neutral
//! answer of feeding.

use model::{Act, Door, Instant, Opposed, Opposition, Request, RowKind};
use policy::{Duty, Verdict};

use crate::attempt::{Decided, Target};
use crate::base::Base;
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Refusal, RefusalKind};
use crate::life::Life;
use crate::records::Records;
use crate::rows::{GateRow, LIFE};

impl Records {
    /// `reason`: the legitimate reason, needed once access is authorised to whom or what is opposed.
    pub fn oppose(
        &self,
        call: &Call,
        target: &Target,
        to: &Opposed,
        reason: Option<&str>,
    ) -> Result<Disclosed<Vec<Opposition>>, Failure> {
        let reason = reason.map(str::trim).filter(|it| !it.is_empty());
        self.change_oppositions(call, target, Act::Oppose, to, reason, |all, now| {
            if all.iter().any(|it| it.to == *to && it.is_in_force(now)) {
                return Err(Refusal::because("opposed", "this is opposed already"));
            }
            let (to, by, reason) = (to.clone(), call.recorded_by(), reason.map(str::to_owned));
            all.push(Opposition { to, since: now, by, reason, lifted: None });
            Ok(())
        })
    }

    pub fn lift_opposition(
        &self,
        call: &Call,
        target: &Target,
        to: &Opposed,
    ) -> Result<Disclosed<Vec<Opposition>>, Failure> {
        self.change_oppositions(call, target, Act::LiftOpposition, to, None, |all, now| {
            let mut found = false;
            for it in all.iter_mut().filter(|it| it.to == *to && it.is_in_force(now)) {
                it.lifted = Some(now);
                found = true;
            }
            if found { Ok(()) } else { Err(Refusal::because("opposed", "this is not opposed")) }
        })
    }

    fn change_oppositions(
        &self,
        call: &Call,
        target: &Target,
        act: Act,
        to: &Opposed,
        reason: Option<&str>,
        apply: impl Fn(&mut Vec<Opposition>, Instant) -> Result<(), Refusal>,
    ) -> Result<Disclosed<Vec<Opposition>>, Failure> {
        self.target_tested(call, target)?;
        let request =
            Request { opposed: Some(to.clone()), legitimate_reason: reason.is_some(), ..Request::default() };
        self.attempt(|_| {
            let now = self.now();
            // the feed door knows the gate, and gets nothing back
            let feeds = call.caller.door == Door::Feed;
            let (base, facts, contacts): (Base, _, _) = if feeds {
                let gate = match target {
                    Target::Ins(ins) => self.gate(ins)?,
                    Target::Record(record) => self.gate_of(*record)?,
                };
                let Some(gate) = gate else { return Ok(self.on_no_record(call, act, &request, now)) };
                (gate.base, gate.facts, None)
            } else {
                let Some(loaded) = self.load(target)? else {
                    return Ok(self.on_no_record(call, act, &request, now));
                };
                (loaded.readable.base, loaded.facts, Some(loaded.identity.contacts))
            };
            let decision = self.decision(call, act, &facts, None, &request, now);
            let account = self.account(call, act);
            let mut change = Change::on(&base);
            if decision.verdict == Verdict::Refuse {
                return Ok(Decided::refused(change, account, decision.refused_by, RefusalKind::Denied));
            }
            let mut life = Life::of(&base)?;
            if let Err(no) = apply(&mut life.oppositions, now) {
                return Ok(Decided {
                    change,
                    account: account.rejected("nothing to change"),
                    outcome: Err(no),
                });
            }
            let given = if feeds { Vec::new() } else { life.oppositions.clone() };
            change.bump();
            change.put(self, Some(&base), RowKind::Gate, LIFE, &GateRow::Life(Box::new(life)))?;
            if decision.duties.contains(&Duty::TellHolder) {
                self.tell_of(call, contacts.as_ref(), act, &mut change)?;
            }
            Ok(Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(given) })
        })
    }
}
