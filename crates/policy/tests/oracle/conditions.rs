//! What the conditions of `tables.txt` mean, judged on the oracle's own words. No code of `policy` is used.

use model::{ActingFor, Door, Strength};

use super::world::*;

/// Named conditions, in one order always.
pub fn conditions(w: &World) -> Vec<(&'static str, bool)> {
    let pro = w.who == Who::Professional;
    let agent = w.who == Who::Agent;
    let official = matches!(w.who, Who::Agent | Who::Administrator | Who::Reviewer);
    let private =
        matches!(w.who, Who::Holder | Who::Representative | Who::Relative | Who::Heir | Who::Applicant);
    let house = w.house != House::None;
    let certified = matches!(w.strength, Strength::Certificate | Strength::Bound);
    let two = w.strength == Strength::TwoFactors;
    let (care, feed, portal, steer) =
        (w.door == Door::Care, w.door == Door::Feed, w.door == Door::Portal, w.door == Door::Steer);
    let proved_person = w.strength == Strength::Certificate || (w.strength == Strength::Bound && house);
    let care_pro = pro && ((care && proved_person) || (portal && (proved_person || two)));
    let by_hand = portal && care_pro;
    let feeder = feed && certified && (house || pro);
    let payer = w.house == House::Payer;

    let otherwise = w.profile == Chosen::Otherwise;
    let presumed = w.profile != Chosen::Dmp2018;
    let students_read = !otherwise;
    let doctor = pro && w.profession == Profession::Doctor;
    let nurse = pro && w.profession == Profession::Nurse;
    let student = pro && w.profession == Profession::Student;
    let health = doctor || nurse;
    let row = health || (student && students_read);
    let treats = pro && w.acting == ActingFor::Care;

    let delegated = matches!(
        w.delegation,
        Delegation::ReplacementTold
            | Delegation::ReplacementUntold
            | Delegation::Assistant
            | Delegation::Student
    );
    let assists = pro && matches!(w.delegation, Delegation::Assistant | Delegation::Student);
    let team = w.care == Care::Team && w.in_unit;
    let own_right = match w.right {
        Right::Person => !w.coordinating || w.house == House::CareHome,
        Right::House => !w.coordinating && w.house == House::Hospital,
        _ => false,
    };
    let own_care = presumed && !w.coordinating && (w.care == Care::Own || team);
    let principals_right = (w.principal_authorised && (!w.coordinating || w.house == House::CareHome))
        || (!w.coordinating && w.right == Right::House && w.house == House::Hospital)
        || (presumed && !w.coordinating && w.care == Care::Principals);
    let through_another = delegated && w.principal_active && !w.principal_blocked && principals_right;
    let let_in = pro && (own_right || own_care || through_another);
    let own_attends = doctor && treats && w.attends == Attends::Yes && !w.blocked;
    let stands_in = doctor
        && treats
        && w.delegation == Delegation::ReplacementTold
        && w.principal_active
        && w.principal_attends
        && !w.principal_blocked;
    let attends = own_attends || stands_in;
    let reads_as_attending = attends || (pro && w.same_reading);

    let document = w.document.is_some();
    let d = w.document.unwrap_or(REPORT);
    let by_me = matches!(d.by, Depositor::Me | Depositor::MeInMyHouse);
    let by_my_house = d.by == Depositor::MyHouse && w.house == House::Hospital;
    let deposited_care = document && pro && (by_me || (by_my_house && (let_in || attends)));
    let holder = w.who == Who::Holder && portal && two && w.own_record && w.status != Status::Absent;
    let in_my_house =
        matches!(d.by, Depositor::MyHouse | Depositor::MeInMyHouse | Depositor::ColleagueInMyHouse);
    let manages = document
        && match w.who {
            Who::Holder => holder && d.by == Depositor::Holder,
            Who::Professional => by_me && ((feed && certified) || by_hand),
            Who::Nobody => in_my_house && w.house == House::Hospital && feed && certified,
            _ => false,
        };
    let depositor = manages || (care_pro && deposited_care);
    let still_hidden = document && d.hidden == Hidden::Still;
    let given = match d.kind {
        Type::Report => true,
        // reimbursements and the holder's documents are given to doctors; the sources leave the rest to choice
        Type::Reimbursement | Type::Holders | Type::Summary | Type::Signature => {
            given_to(w.profession, d.kind)
        }
        Type::NotGiven => false,
    };
    let gives = !document || (row && given) || reads_as_attending || deposited_care;

    let minor =
        !w.emancipated && matches!(w.age, Age::Eight | Age::EveOfFifteen | Age::Fifteen | Age::EveOfEighteen);
    let reached_age = matches!(w.age, Age::Fifteen | Age::EveOfEighteen | Age::Eighteen | Age::Old);
    let is_there = w.own_record && w.status != Status::Absent;
    let rep = w.who == Who::Representative
        && portal
        && two
        && is_there
        && w.mandate_when == When::In
        && !w.restricted
        && match w.mandate {
            Kind::Parent => minor,
            Kind::Guardian | Kind::Family => true,
            Kind::GuardianOfProperty => false,
            Kind::Curator => w.consented,
        };
    let decides = w.mandate != Kind::Curator && (minor || otherwise);
    let other_in_force = w.other == Other::InForce && minor;
    let tied = w.who == Who::Relative && portal && two && is_there && w.tie_when == When::In;
    let tie_reads = tied && matches!(w.tie, Tie::TrustedReads | Tie::CarerReads);
    let tie_account = tie_reads || (tied && w.tie == Tie::CarerNothing);
    let counter = agent && (care || portal) && certified;
    let steers = steer && (certified || two);
    let closed_alive =
        matches!(w.status, Status::Closed | Status::ClosedTenYears | Status::DeathInError | Status::Fraud);
    let masked = document && d.masked;
    let normal = w.purpose == Purpose::Normal;
    let broken = matches!(w.purpose, Purpose::BreakGlass | Purpose::BreakGlassBlank);
    let regulation = w.purpose == Purpose::Regulation;
    let somebody_authorised = matches!(w.right, Right::Person | Right::House) || w.principal_authorised;
    let needs_a_reason = match w.opposes {
        Opposes::None => false,
        Opposes::Document => let_in || attends,
        Opposes::Professional => w.right == Right::Person || w.attends == Attends::Yes,
        Opposes::House => w.right == Right::House,
        Opposes::Type => somebody_authorised,
    };
    let opposed = (document && d.opposed)
        || match w.against {
            Against::Professional => pro,
            Against::House => w.house == House::Hospital,
            Against::Type => document && d.kind == Type::Report,
            Against::OtherType => document && d.kind == Type::Summary,
            _ => false,
        };
    vec![
        ("about_authorised", w.about == About::Me && w.right == Right::Person),
        ("about_other", w.about == About::Other),
        ("about_self", pro && w.about == About::Me),
        ("absent", w.status == Status::Absent),
        ("account", w.account),
        ("administrator", w.who == Who::Administrator && steers),
        ("agent", agent),
        ("agrees", w.agrees),
        ("announced", w.announced),
        ("another_refuses", w.dispute == Dispute::Others && other_in_force),
        ("applicant", w.who == Who::Applicant && portal && two),
        ("approved", document && d.state == State::Approved),
        ("archived", document && d.state == State::Archived),
        ("asked_archived", w.asked_archived),
        ("asked_deprecated", w.asked_deprecated),
        ("assists", assists),
        ("at_care", care),
        ("at_feed", feed),
        ("at_portal", portal),
        ("attends", attends),
        ("block_set_aside", regulation && otherwise),
        ("blocked", pro && w.blocked),
        ("blocked_by_another", w.about == About::Other && w.about_blocked == BlockOf::Others),
        ("broken", broken),
        ("by_hand", by_hand),
        ("calls_as_holder", w.who == Who::Holder),
        ("calls_as_relative", w.who == Who::Relative),
        ("calls_as_representative", w.who == Who::Representative),
        ("care_pro", care_pro),
        ("certified", certified),
        ("closed", closed_alive || w.status == Status::Death),
        ("closed_alive", closed_alive),
        ("closed_long", w.status == Status::ClosedTenYears),
        ("combines", document && d.kind != Type::Signature && d.masked && d.hidden != Hidden::No),
        ("combining_known", otherwise),
        ("consent", w.consent),
        ("coordinating", w.coordinating),
        ("copies_left", w.copies_left),
        ("counter", counter),
        ("counter_code", counter && w.form == Form::WithCode),
        ("counter_form", counter && w.form != Form::None),
        ("counter_house", w.house == House::Counter),
        ("dead", w.status == Status::Death),
        ("death_noticed", w.death_noticed),
        ("decides", decides),
        ("declared", w.cannot && w.risk && w.traits),
        ("deleted", document && matches!(d.state, State::Deleted | State::DeletedLongAgo)),
        ("deleted_lately", document && d.state == State::Deleted),
        ("deposited_care", deposited_care),
        ("depositor", depositor),
        ("deprecated", document && d.state == State::Deprecated),
        ("destruction_asked", w.destruction_asked),
        ("doctor", doctor),
        ("document", document),
        ("feeder", feeder),
        ("for_self", !delegated),
        ("form", w.form != Form::None),
        ("form_code", w.form == Form::WithCode),
        ("fraud_found", w.fraud_found),
        ("gives", gives),
        ("glass_pro", care_pro && health && w.break_glass_allowed),
        ("health", health),
        ("heir", w.who == Who::Heir && portal && two && is_there),
        ("heir_purpose", w.heir_purpose),
        ("hidden_over", document && d.hidden == Hidden::Over),
        ("holder", holder),
        ("holders_type", document && d.kind == Type::Holders),
        ("house_alone", house && w.who == Who::Nobody),
        ("house_inactive", house && !w.house_active),
        (
            "i_released",
            matches!(w.released, Released::ByMe | Released::AfterMe) && w.released_when == When::In,
        ),
        ("identity", w.identity),
        ("inactive", (pro || official) && !w.active),
        ("incapacity", w.incapacity),
        ("informed_long_ago", presumed && w.informed == Since::LongAgo),
        ("insurer", matches!(w.acting, ActingFor::Insurer | ActingFor::Administration)),
        ("kin", w.kin && (pro || agent)),
        (
            "lacks_nothing",
            w.consent && (!w.by_representative || w.quality) && w.identity && w.answers && w.contacts,
        ),
        ("let_in", let_in),
        ("link", w.who == Who::Holder && portal && w.strength == Strength::Link && is_there),
        ("manages", manages),
        ("mandate_all", w.permits == Permits::All),
        ("mandate_reading", w.permits != Permits::Nothing),
        ("mask_set_aside", !normal && otherwise),
        ("masked_for_them", masked && !reads_as_attending && !deposited_care),
        ("matrix_set_aside", !normal && otherwise),
        ("ministry", w.house == House::Ministry),
        ("minor", minor),
        ("minor_agreed", w.minor_agreed),
        ("minors_own", document && d.minors_own),
        ("normal", normal),
        ("not_a_signature", document && d.kind != Type::Signature),
        ("occupational", pro && w.acting == ActingFor::OccupationalHealth),
        ("occupational_agreed", presumed && w.occupational),
        ("occupational_known", presumed),
        ("official", official),
        ("on_duty", w.on_duty),
        ("one_corrects", otherwise),
        ("one_switches", otherwise),
        ("open", w.status == Status::Open),
        ("opposed", opposed),
        ("opposed_opening", w.opposed_opening),
        ("opposes_a_document", w.opposes == Opposes::Document),
        ("opposes_not_a_document", !matches!(w.opposes, Opposes::None | Opposes::Document)),
        ("over_budget", w.over_budget),
        ("own_window", w.session && matches!(w.window, Opened::Mine | Opened::OtherKind | Opened::Over)),
        ("parental", w.mandate == Kind::Parent),
        ("parents_agree", !other_in_force || w.agreed),
        ("payer", payer),
        ("presumed", presumed),
        ("principal_may", false),
        ("private", private),
        ("pro", pro),
        ("quality", w.quality),
        ("reached_age", reached_age),
        ("reason_enough", w.reason || !needs_a_reason),
        ("reason_given", w.purpose == Purpose::BreakGlass),
        ("recent", w.back != Since::LongAgo),
        ("refused_heirs", w.refused_heirs),
        ("regulation", regulation),
        ("regulator", care_pro && doctor && w.acting == ActingFor::RegulationCentre && w.regulation_allowed),
        ("reimbursement", document && d.kind == Type::Reimbursement),
        ("reopenable", matches!(w.status, Status::Closed | Status::DeathInError)),
        ("rep", rep),
        ("rep_feeds", rep && w.permits == Permits::All),
        ("reveals", document && d.reveals),
        ("reviewer", w.who == Who::Reviewer && steers),
        ("row", row),
        ("says_why", w.reason),
        ("second", w.second == Second::Another),
        ("secret", document && d.secret),
        ("session", w.session),
        ("some_restriction", w.restricted || w.other == Other::Restricted),
        ("still_hidden", still_hidden),
        ("student_alone", student && w.delegation != Delegation::Student),
        ("tie_account", tie_account),
        ("tie_reads", tie_reads),
        ("treats", treats),
        ("upkeep", w.door == Door::Upkeep),
        ("vsm", document && d.kind == Type::Summary),
        ("window", w.window == Opened::Mine && w.session),
    ]
}

/// From the provisional matrix, read by eye: doctors read all of these; nurses, students as doctors.
fn given_to(profession: Profession, kind: Type) -> bool {
    match profession {
        Profession::Doctor | Profession::Student => kind != Type::NotGiven,
        Profession::Nurse => super::NURSES_READ.contains(&kind),
        Profession::Social => false,
    }
}

/// The principal, in the place of who assists or studies with them.
pub fn principal(w: &World) -> World {
    let right = match w.right {
        _ if w.principal_authorised => Right::Person,
        Right::House => Right::House,
        _ => Right::None,
    };
    World {
        profession: Profession::Doctor,
        acting: ActingFor::Care,
        active: w.principal_active,
        delegation: Delegation::None,
        in_unit: false,
        coordinating: false,
        on_duty: false,
        right,
        attends: if w.principal_attends { Attends::Yes } else { Attends::No },
        same_reading: false,
        blocked: w.principal_blocked,
        kin: false,
        care: if w.care == Care::Principals { Care::Own } else { Care::None },
        window: Opened::None,
        about: if w.about == About::Nobody { About::Nobody } else { About::Other },
        against: if w.against == Against::Professional { Against::None } else { w.against },
        document: w.document.map(|it| Document {
            by: match it.by {
                Depositor::Me => Depositor::Other,
                Depositor::MeInMyHouse => Depositor::ColleagueInMyHouse,
                other => other,
            },
            ..it
        }),
        ..*w
    }
}
