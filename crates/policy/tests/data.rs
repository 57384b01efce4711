//! The data files: what they say, and what a loader refuses.

#![allow(clippy::unwrap_used, clippy::panic)]

mod scene;

use model::{Profession, Volume};
use policy::{BudgetKind, Matrix, Policy, PolicyError, Profile, ProfileName, Reading};
use proptest::prelude::*;
use scene::*;

const PROFILE: &str = include_str!("../data/profile-dmp-2018.json");

#[test]
fn the_builtin_profiles_name_the_provisional_matrix_which_says_that_it_is_provisional() {
    for name in ProfileName::ALL {
        let policy = Policy::builtin(name).unwrap();
        assert!(policy.matrix.source.contains("provisional, not the official table"));
        assert_eq!(policy.hashes().0.len(), 64);
        assert_eq!(policy.hashes().1, dmp_2018().hashes().1);
    }
    assert_ne!(dmp_2018().hashes().0, mes_2026().hashes().0);
}

#[test]
fn the_profiles_differ_where_the_law_changed() {
    let (old, new) = (dmp_2018().profile, mes_2026().profile);
    assert_eq!((old.presumes_care_team, new.presumes_care_team), (false, true));
    assert_eq!(
        (old.opened_by_the_service_after_days, new.opened_by_the_service_after_days),
        (None, Some(42))
    );
    assert_eq!((old.occupational_doctors_with_consent, new.occupational_doctors_with_consent), (false, true));
}

#[track_caller]
fn profile_refused(from: &str, to: &str, because: &str) {
    let text = PROFILE.replacen(from, to, 1);
    assert!(text != PROFILE, "nothing was changed");
    let error = Profile::from_text(&text).unwrap_err().to_string();
    assert!(error.contains(because), "{error}");
}

#[test]
fn an_unclear_profile_is_refused_with_the_field_s_name() {
    profile_refused("\"restore_days\"", "\"restore_day\"", "restore_day");
    profile_refused("  \"restore_days\": 30,\n", "", "restore_days");
    profile_refused("\"restore_days\": 30", "\"restore_days\": 30, \"restore_days\": 31", "restore_days");
    profile_refused("\"restore_days\": 30", "\"restore_days\": -1", "invalid value");
    profile_refused("\"authorisation_days\": 365", "\"authorisation_days\": 0", "authorisation_days");
    profile_refused("\"hidden_from_holder_months\": 1", "\"hidden_from_holder_months\": 2", "one month");
    profile_refused("after_days\": null", "after_days\": 41", "six weeks");
    profile_refused("\"records_opened_per_hour\": 60", "\"records_opened_per_hour\": 0", "budget");
}

#[test]
fn a_profile_decides_only_with_the_matrix_it_names() {
    let other = Matrix::PROVISIONAL.replacen("provisional-1", "official-1", 1);
    assert!(matches!(Policy::from_text(PROFILE, &other), Err(PolicyError::OtherMatrix { .. })));
}

#[track_caller]
fn matrix_refused(from: &str, to: &str, because: &str) {
    let text = Matrix::PROVISIONAL.replacen(from, to, 1);
    assert!(text != Matrix::PROVISIONAL, "nothing was changed");
    let error = Matrix::from_text(&text).unwrap_err().to_string();
    assert!(error.contains(because), "{error}");
}

#[test]
fn an_unclear_matrix_is_refused_with_the_row_s_name() {
    matrix_refused("\"notes\"", "\"note\"", "note");
    matrix_refused("\"yes\"", "\"perhaps\"", "perhaps");
    matrix_refused(
        "        \"11\": \"yes (choice)\",\n",
        "",
        "\"Biologiste médical\": it says nothing of class 11",
    );
    matrix_refused("\"11\": \"yes (choice)\"", "\"11\": \"no\", \"11\": \"yes\"", "stands twice");
    matrix_refused(
        "\"95\": \"no (choice)\"",
        "\"95\": \"no (choice)\", \"96\": \"no\"",
        "\"96\" is no class",
    );
    matrix_refused("\"ATTEST-RESID\"", "\"ATTEST-RESIDE\"", "is no type of document");
    matrix_refused("\"ATTEST-RESID\": \"no\"", "\"ATTEST-RESID\": \"yes\"", "says what its class says");
    matrix_refused("\"table\": \"health\"", "\"table\": \"healthy\"", "healthy");
    matrix_refused("\"code\": \"21\"}", "\"code\": \"10\"}", "earlier row");
}

#[test]
fn what_sources_say_of_the_matrix_holds() {
    let matrix = dmp_2018().matrix;
    let reads = |code: &str, kind: &str| {
        let row = matrix.row(&professional(DOCTOR, code), true).unwrap();
        row.gives(&coding(kind))
    };
    for kind in model::code::document_types() {
        if kind.class.is_some() {
            let expected = if kind.code == "ATTEST-RESID" { Reading::No } else { Reading::Yes };
            assert_eq!(reads("10", kind.code), expected, "{}", kind.code);
        }
    }
    for kind in ["80788-3", "75496-0", "83981-1", "83901-9", "68599-0"] {
        assert_eq!(reads("40", kind), Reading::No, "{kind}");
    }
}

#[test]
fn a_biologist_reads_as_one_and_an_unknown_profession_has_no_row() {
    let matrix = dmp_2018().matrix;
    let row = |code: &str, specialty: Option<&str>| {
        let mut professional = professional(DOCTOR, code);
        professional.specialty = specialty.map(str::to_owned);
        matrix.row(&professional, true).map(|row| row.profession.clone())
    };
    assert_eq!(row("21", Some("G")).as_deref(), Some("Biologiste médical"));
    assert_eq!(row("10", Some("SM03")).as_deref(), Some("Biologiste médical"));
    assert_eq!(row("21", Some("A")).as_deref(), Some("Pharmacien"));
    assert_eq!(row("10", Some("G")).as_deref(), Some("Médecin"));
    assert_eq!(row("10", None).as_deref(), Some("Médecin"));
    for code in ["80", "", "1", "010", "10 "] {
        assert_eq!(row(code, None), None, "{code:?}");
    }
    let mut social = professional(DOCTOR, "10");
    social.profession = Profession { table: model::ProfessionTable::Social, code: "10".into() };
    assert!(matrix.row(&social, true).is_none());
}

#[test]
fn a_budget_is_found_by_the_caller_s_key() {
    let caller = but(hospital_feeding(), |it| {
        it.person = doctor().person;
        it.software = model::Fact::Proved(model::Software { name: "essai".into(), version: None });
    });
    let kinds: Vec<_> = caller.budget_keys().iter().map(|key| BudgetKind::of_key(key)).collect();
    let all = [BudgetKind::Person, BudgetKind::Organisation, BudgetKind::Software];
    assert_eq!(kinds, all.map(Some));
}

proptest! {
    /// The worst use exceeds the person's budget exactly where some use exceeds its own.
    #[test]
    fn the_worst_use_is_over_when_one_of_them_is(
        uses in proptest::collection::vec((0..3_usize, 0..3_000_000_u64, 0..3_000_000_u64, 0..300_000_u64), 0..4),
        nudge in 0..3_u64,
    ) {
        let budgets = dmp_2018().profile.budgets;
        let kinds = [BudgetKind::Person, BudgetKind::Organisation, BudgetKind::Software];
        let uses: Vec<_> = uses
            .into_iter()
            .map(|(kind, touched, tested, opened)| {
                let own = budgets.limits(kinds[kind]);
                // near the limit as often as anywhere
                let touched = if touched % 2 == 0 { own.records_touched_per_hour + nudge - 1 } else { touched };
                let used = Volume {
                    records_touched: touched,
                    identities_tested: tested % (own.identities_tested_per_hour + 2),
                    records_opened: opened % (own.records_opened_per_hour + 2),
                    switched_off: false,
                };
                (kinds[kind], used)
            })
            .collect();
        let over = uses.iter().any(|(kind, used)| budgets.limits(*kind).are_exceeded(used));
        prop_assert_eq!(budgets.person.are_exceeded(&budgets.worst(uses)), over);
    }
}
