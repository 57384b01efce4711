//! The extract of organisations: FINESS, semicolons between columns and no names for them; the first line tells the
//! day of the extract: `finess;etalab;111;2026-05-12`.

use jiff::civil::Date;
use model::{OrganisationKind, Standing};

use super::OrganisationEntry;
use super::table::cell;

const ID: usize = 1;
const SHORT: usize = 3;
const LONG: usize = 4;
const CATEGORY: usize = 18;
/// As many columns as lines of establishments have had since there are extracts.
const LEAST: usize = 23;

pub(super) fn day_of(header: &str) -> Option<Date> {
    let cells: Vec<&str> = header.trim_start_matches('\u{feff}').split(';').collect();
    (cell(&cells, 0) == "finess").then(|| cell(&cells, 3).parse().ok())?
}

pub(super) enum Row {
    Establishment(OrganisationEntry),
    /// Where it lies: nothing to us.
    Other,
    Wrong,
}

pub(super) fn read(line: &str) -> Row {
    let cells: Vec<&str> = line.split(';').collect();
    match cell(&cells, 0) {
        "structureet" if cells.len() >= LEAST => {}
        "geolocalisation" => return Row::Other,
        _ => return Row::Wrong,
    }
    let Ok(id) = format!("1{}", cell(&cells, ID)).parse() else { return Row::Wrong };
    let name = [cell(&cells, LONG), cell(&cells, SHORT)].into_iter().find(|it| !it.is_empty());
    let Some(name) = name else { return Row::Wrong };
    let kind = kind(cell(&cells, CATEGORY));
    Row::Establishment(OrganisationEntry { id, name: name.to_owned(), kind, standing: Standing::Active })
}

/// What a category of establishment is to the rules. One that is not known is an ordinary place of care: no payer,
/// no counter and no ministry comes from this file.
fn kind(category: &str) -> OrganisationKind {
    match category {
        "101" | "106" | "114" | "355" | "292" | "161" => OrganisationKind::Hospital,
        "128" | "365" | "122" | "129" | "131" | "141" => OrganisationKind::Clinic,
        "500" | "501" | "502" | "202" => OrganisationKind::CareHome,
        "611" => OrganisationKind::Laboratory,
        "620" => OrganisationKind::Pharmacy,
        _ => OrganisationKind::Practice,
    }
}
