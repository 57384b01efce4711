//! The table of the rules: every one is asked in every case, in this order. A rule that is not here decides
//! nothing; a test holds the table and [`NOT_YET`] against the list of all rules.

mod authorisation;
mod block;
mod directory;
mod door;
mod excluded;
mod feeding;
mod holder;
mod kin;
mod masking;
mod matrix;
mod opening;
mod replacing;
mod rights;
mod status;
pub mod trace;
mod upkeep;
mod volume;

use crate::case::Case;
use crate::decision::Finding;
use crate::rule::Rule;

/// A rule and the function that holds it.
pub struct Row {
    pub rule: Rule,
    pub decide: fn(&Case<'_>) -> Finding,
}

const fn row(rule: Rule, decide: fn(&Case<'_>) -> Finding) -> Row {
    Row { rule, decide }
}

pub const TABLE: &[Row] = &[
    row(Rule::A1, door::feeding_never_reads),
    row(Rule::A2, status::only_an_open_record),
    row(Rule::A3, status::only_current_documents),
    row(Rule::A4, holder::two_factors_and_own_record),
    row(Rule::A5, holder::reads_everything),
    row(Rule::A6, holder::waits_for_the_announcement),
    row(Rule::A11, directory::active_at_this_instant),
    row(Rule::A12, matrix::the_profession_reads_this_type),
    row(Rule::A13, block::wins_over_everything),
    row(Rule::A14, authorisation::authorised_by_the_holder),
    row(Rule::A15, excluded::insurers_occupational_doctors_students),
    row(Rule::A16, masking::masked_documents),
    row(Rule::A17, kin::not_one_s_own_record),
    row(Rule::A22, trace::who_reads_the_trace),
    row(Rule::W1, opening::opening_a_record),
    row(Rule::W2, feeding::feeding_an_open_record),
    row(Rule::W4, feeding::each_origin_its_own),
    row(Rule::W5, replacing::only_the_depositor),
    row(Rule::W8, masking::who_masks),
    row(Rule::W9, feeding::masked_and_hidden_do_not_combine),
    row(Rule::W10, rights::rights_are_the_holder_s),
    row(Rule::W16, upkeep::the_service_itself),
    row(Rule::Volume, volume::budgets),
];

/// What these rules would allow is refused until they are built. W9 and W16 are in the table, but of W9 only
/// what it forbids is built, and of W16 only the sending of notices.
pub const NOT_YET: &[Rule] = &[
    Rule::A7,
    Rule::A8,
    Rule::A9,
    Rule::A10,
    Rule::A18,
    Rule::A19,
    Rule::A20,
    Rule::A21,
    Rule::W3,
    Rule::W6,
    Rule::W7,
    Rule::W11,
    Rule::W12,
    Rule::W13,
    Rule::W14,
    Rule::W15,
];

/// The rules that decide today, in the order they are asked: what the documentation prints.
pub fn rules() -> impl Iterator<Item = Rule> {
    TABLE.iter().map(|row| row.rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_rule_is_forgotten_and_none_is_asked_twice() {
        let mut known: Vec<Rule> = rules().chain(NOT_YET.iter().copied()).collect();
        assert!(rules().is_sorted(), "rules are asked in their order");
        known.push(Rule::Default);
        known.sort();
        assert_eq!(known, Rule::ALL);
    }
}
