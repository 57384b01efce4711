//! Identifiers with their keys, in the ranges kept for tests: never one a real person could bear.

use jiff::civil::Date;
use model::people::Rpps;
use model::{Ins, InsAuthority, PsIdNat, Sex, StructIdNat};

/// PS_IdNat of an invented professional: `8`, then an RPPS of the test range 99.
pub(crate) fn ps_id_nat(number: u32) -> Option<PsIdNat> {
    let body = format!("9980{number:06}");
    let key = (0..=9).find(|key| format!("{body}{key}").parse::<Rpps>().is_ok())?;
    format!("8{body}{key}").parse().ok()
}

/// Struct_IdNat of an invented organisation: `1`, then a FINESS with a letter, which no real one has.
pub(crate) fn struct_id_nat(number: u32) -> Option<StructIdNat> {
    format!("10D{number:07}").parse().ok()
}

/// INS under the authority for tests, as the registry would build it, with the key that fits.
pub(crate) fn ins(sex: Sex, born: Date, place: &str, order: u16) -> Option<Ins> {
    let first = if sex == Sex::Male { 1 } else { 2 };
    let body = format!("{first}{:02}{:02}{place}{order:03}", born.year().rem_euclid(100), born.month());
    let counted = body.replace("2A", "19").replace("2B", "18");
    let key = 97 - counted.parse::<u64>().ok()? % 97;
    Ins::new(InsAuthority::Test, &format!("{body}{key:02}")).ok()
}
