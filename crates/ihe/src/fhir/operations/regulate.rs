//! `POST Patient/$regulate`: open a regulation centre's window (rules, A19). Answered as `$break-glass` is.

use model::Ins;

use super::super::json;
use super::super::obj::Obj;
use super::super::outcome::Read;
use super::Parameters;

pub fn decode(body: &[u8]) -> Read<Ins> {
    let node = json::parse(body)?;
    Parameters::read(&Obj::resource(&node, "Parameters")?, &["patient"])?.ins("patient")
}
