//! Emergency access: breaking the glass, and regulation (rules, A18 to A21). What is given is a window, of that
//! person and session; reading through it is an ordinary search or consultation for that purpose.

use jiff::SignedDuration;
use jiff::civil::Date;
use model::person::normalise;
use model::{
    Act, Emergency, Ins, Instant, Professional, Purpose, QualifiedIdentity, RecordId, Request, Window,
};
use policy::Duty;

use crate::acts::review::REVIEW;
use crate::attempt::{Decided, Loaded, Target};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::emergencies::{EmergencyAccess, ReasonCategory};
use crate::failure::{Failure, Problem, RefusalKind};
use crate::records::Records;

/// What is declared to break the glass.
#[derive(Clone, Debug)]
pub struct EmergencyRequest {
    pub ins: Ins,
    /// Birth or used name, and first or used given name.
    pub family: String,
    pub given: String,
    pub birth_date: Date,
    pub reason: String,
    pub category: ReasonCategory,
    /// The person cannot express their will.
    pub cannot_consent: bool,
    pub immediate_risk: bool,
}

/// A window that was opened.
#[derive(Clone, Debug)]
pub struct OpenedWindow {
    pub record: RecordId,
    pub until: Instant,
}

impl Records {
    pub fn break_glass(
        &self,
        call: &Call,
        asked: &EmergencyRequest,
    ) -> Result<Disclosed<OpenedWindow>, Failure> {
        let reason = asked.reason.trim().to_owned();
        let call = Call { purpose: Purpose::BreakGlass { reason }, ..call.clone() };
        let mut opened =
            self.open_window(&call, &asked.ins, Emergency::BreakGlass, asked.category, |loaded| Request {
                cannot_consent: asked.cannot_consent,
                immediate_risk: asked.immediate_risk,
                traits_match: loaded.is_some_and(|it| matches(&it.identity.identity, asked)),
                ..Request::default()
            });
        // what is wrong with the form is the same of every record, there or not
        let missing = missing(asked);
        if let Err(Failure::Refused(no)) = &mut opened
            && no.kind == RefusalKind::Denied
            && !missing.is_empty()
        {
            no.kind = RefusalKind::Rule;
            no.problems = missing;
        }
        opened
    }

    /// A doctor of a regulation centre: no reason, no authorisation (rules, A19).
    pub fn regulate(&self, call: &Call, ins: &Ins) -> Result<Disclosed<OpenedWindow>, Failure> {
        let call = Call { purpose: Purpose::Regulation, ..call.clone() };
        let nothing = |_: Option<&Loaded>| Request::default();
        self.open_window(&call, ins, Emergency::Regulation, ReasonCategory::Regulation, nothing)
    }

    fn open_window(
        &self,
        call: &Call,
        ins: &Ins,
        kind: Emergency,
        category: ReasonCategory,
        request: impl Fn(Option<&Loaded>) -> Request,
    ) -> Result<Disclosed<OpenedWindow>, Failure> {
        self.identity_tested(call, ins)?;
        let target = Target::Ins(ins.clone());
        let act = match kind {
            Emergency::BreakGlass => Act::BreakGlass,
            Emergency::Regulation => Act::Regulate,
        };
        let opened = self.attempt(|_| {
            let now = self.now();
            let Some(loaded) = self.load(&target)? else {
                return Ok(self.on_no_record(call, act, &request(None), now));
            };
            let decision = self.decision(call, act, &loaded.facts, None, &request(Some(&loaded)), now);
            let account = self.account(call, act);
            let mut change = Change::on(&loaded.readable.base);
            // a window has its person and its session: the rules ask for both
            let (true, Some(person), Some(session)) =
                (decision.is_allowed(), call.caller.professional(), call.caller.session.clone())
            else {
                return Ok(Decided::refused(change, account, decision.refused_by, RefusalKind::Denied));
            };
            let window = Window { kind, person: person.id.clone(), session, opened: now, ended: None };
            let mut emergencies = loaded.readable.emergencies()?;
            emergencies.accesses.push(access(call, person, window, category));
            self.put_emergencies(&loaded.readable, &mut change, &emergencies)?;
            if decision.duties.contains(&Duty::TellHolder) {
                self.tell_of_emergency(call, &loaded, &mut change)?;
            }
            if decision.duties.contains(&Duty::Review) {
                change.park(self, REVIEW, &call.request)?;
            }
            if let Some(house) = call.caller.organisation.proved() {
                change.count(&format!("{act} {}", house.id));
            }
            let until = now.plus(SignedDuration::from_mins(self.length_of(kind).into()));
            let opened = OpenedWindow { record: loaded.record(), until };
            Ok(Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(opened) })
        })?;
        self.touched(call, opened.get().record);
        Ok(opened)
    }

    fn length_of(&self, kind: Emergency) -> u32 {
        let policy = self.policy();
        match kind {
            Emergency::BreakGlass => policy.profile.break_glass_minutes,
            Emergency::Regulation => policy.profile.regulation_minutes,
        }
    }
}

fn access(call: &Call, person: &Professional, window: Window, category: ReasonCategory) -> EmergencyAccess {
    let reason = match &call.purpose {
        Purpose::BreakGlass { reason } => Some(reason.clone()),
        _ => None,
    };
    EmergencyAccess {
        id: call.request,
        window,
        name: person.name.clone(),
        organisation: call.caller.organisation.proved().map(|it| it.id.clone()),
        reason,
        category,
        contested: None,
        reviews: Vec::new(),
    }
}

/// Birth or used name, first or used given name, and date of birth, as rules (A18) compare them.
fn matches(identity: &QualifiedIdentity, asked: &EmergencyRequest) -> bool {
    let traits = &identity.traits;
    let (family, given) = (normalise(&asked.family), normalise(&asked.given));
    let families = [Some(&traits.birth_name), traits.used_name.as_ref()];
    let givens = [Some(&traits.first_given), traits.used_given.as_ref()];
    families.into_iter().flatten().any(|it| it.normalised() == family)
        && givens.into_iter().flatten().any(|it| it.normalised() == given)
        && traits.birth_date == asked.birth_date
}

fn missing(asked: &EmergencyRequest) -> Vec<Problem> {
    let problem = |element: &str, says: &str| Problem { element: element.into(), says: says.into() };
    let mut found = Vec::new();
    if asked.reason.trim().is_empty() {
        found.push(problem("reason", "an emergency access needs a reason"));
    }
    if !asked.cannot_consent || !asked.immediate_risk {
        let says = "declare both that the person cannot express their will and that the risk is immediate";
        found.push(problem("declaration", says));
    }
    found
}
