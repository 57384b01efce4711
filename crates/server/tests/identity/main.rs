//! Who a caller is when a person's own certificate does not say it: an organisation's certificate with an identity
//! provider's token (RFC 8705, INDIRECTE_RENFORCEE), and the portal opened from practice software (TD0.9).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;

mod issuer;
mod opening;
mod reinforced;
mod tokens;
