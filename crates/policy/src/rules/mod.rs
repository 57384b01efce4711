//! The table of the rules: every one is asked in every case, in this order. A rule that is not here decides
//! nothing; a test holds the table against the list of all rules.

mod another;
mod authorisation;
mod block;
mod closing;
mod counter;
mod directory;
mod door;
mod emergency;
mod excluded;
mod feeding;
mod holder;
mod kin;
mod masking;
mod matrix;
mod opening;
mod opposition;
mod replacing;
mod representative;
mod rights;
mod status;
pub mod trace;
mod upkeep;
mod visibility;
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
    row(Rule::A7, holder::a_minor_s_own_account),
    row(Rule::A8, representative::within_the_mandate),
    row(Rule::A9, representative::nothing_hidden_nor_revealing),
    row(Rule::A10, representative::where_they_disagree),
    row(Rule::A11, directory::active_at_this_instant),
    row(Rule::A12, matrix::the_profession_reads_this_type),
    row(Rule::A13, block::wins_over_everything),
    row(Rule::A14, authorisation::let_in_by_the_holder),
    row(Rule::A15, excluded::insurers_occupational_doctors_students),
    row(Rule::A16, masking::masked_documents),
    row(Rule::A17, kin::not_one_s_own_record),
    row(Rule::A18, emergency::break_glass),
    row(Rule::A19, emergency::regulation),
    row(Rule::A20, emergency::masks_and_matrix_hold),
    row(Rule::A21, emergency::told_and_reviewed),
    row(Rule::A22, trace::who_reads_the_trace),
    row(Rule::W1, opening::opening_a_record),
    row(Rule::W2, feeding::feeding_an_open_record),
    row(Rule::W3, opposition::opposition),
    row(Rule::W4, feeding::each_origin_its_own),
    row(Rule::W5, replacing::only_the_depositor),
    row(Rule::W6, replacing::deleting),
    row(Rule::W7, replacing::archiving),
    row(Rule::W8, masking::who_masks),
    row(Rule::W9, visibility::hiding_and_its_end),
    row(Rule::W10, rights::rights_are_the_holder_s),
    row(Rule::W11, closing::closing),
    row(Rule::W12, closing::reopening),
    row(Rule::W13, closing::destroying),
    row(Rule::W14, counter::counters_and_corrections),
    row(Rule::W15, another::acting_for_another),
    row(Rule::W16, upkeep::the_service_itself),
    row(Rule::Volume, volume::budgets),
    row(Rule::Profile, upkeep::changing_the_policy),
];

/// The rules in the order they are asked: what the documentation prints.
pub fn rules() -> impl Iterator<Item = Rule> {
    TABLE.iter().map(|row| row.rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_rule_is_forgotten_and_none_is_asked_twice() {
        let mut known: Vec<Rule> = rules().collect();
        assert!(rules().is_sorted(), "rules are asked in their order");
        known.push(Rule::Default);
        known.sort();
        assert_eq!(known, Rule::ALL);
    }
}
