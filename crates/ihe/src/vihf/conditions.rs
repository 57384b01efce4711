//! When an assertion counts, and for whom. Everything is an instant of ours against a text of theirs.

use jiff::{SignedDuration, Timestamp};
use model::Instant;
use xml::Node;

use super::error::VihfError;
use super::{SAML, assertion};

/// What this service expects of every assertion.
#[derive(Debug, Clone)]
pub struct Expected<'a> {
    pub now: Instant,
    /// How far clocks may differ.
    pub skew: SignedDuration,
    /// The longest time an assertion may be valid for (B05).
    pub window: SignedDuration,
    /// Names of this service. An assertion that restricts its audience or its recipient names one of them.
    pub names: &'a [&'a str],
}

impl Expected<'static> {
    /// A minute of skew and an hour of validity.
    pub const fn at(now: Instant) -> Self {
        Self { now, skew: SignedDuration::from_secs(60), window: SignedDuration::from_hours(1), names: &[] }
    }
}

/// Checks issue time and conditions; gives the issue time, and when the assertion is dead whatever it says.
pub(super) fn check(
    assertion: Node<'_>,
    conditions: Node<'_>,
    expected: &Expected<'_>,
) -> Result<(Instant, Instant), VihfError> {
    let issued = required(assertion, "IssueInstant")?;
    if issued > expected.now.plus(expected.skew) {
        return Err(VihfError::TooEarly);
    }
    assertion::only_attributes(conditions, &["NotBefore", "NotOnOrAfter"])?;
    let from = optional(conditions, "NotBefore")?.unwrap_or(issued);
    let until = required(conditions, "NotOnOrAfter")?;
    if from > expected.now.plus(expected.skew) {
        return Err(VihfError::TooEarly);
    }
    let dead = until.plus(expected.skew);
    if expected.now >= dead {
        return Err(VihfError::Expired);
    }
    // Whichever began first: an old assertion does not get young by a late NotBefore.
    if until.since(from.min(issued)) > expected.window {
        return Err(VihfError::Window);
    }
    if conditions.has_own_text() {
        return Err(VihfError::Grammar("Conditions"));
    }
    for condition in conditions.children() {
        match condition.name() {
            (SAML, "AudienceRestriction") => audience(condition, expected)?,
            // Every assertion is used once here.
            (SAML, "OneTimeUse") => assertion::empty(condition)?,
            _ => return Err(VihfError::Grammar("Conditions")),
        }
    }
    Ok((issued, dead))
}

/// B06: each restriction must let this service in.
fn audience(restriction: Node<'_>, expected: &Expected<'_>) -> Result<(), VihfError> {
    assertion::only_attributes(restriction, &[])?;
    let audiences: Vec<Node<'_>> = restriction.children().collect();
    if audiences.is_empty() || restriction.has_own_text() {
        return Err(VihfError::Grammar("AudienceRestriction"));
    }
    let mut ours = false;
    for audience in audiences {
        if !audience.is(SAML, "Audience") {
            return Err(VihfError::Grammar("AudienceRestriction"));
        }
        assertion::only_attributes(audience, &[])?;
        ours |= expected.names.contains(&assertion::text(audience, "Audience")?.as_str());
    }
    if ours { Ok(()) } else { Err(VihfError::Audience) }
}

/// How the bearer is confirmed: whatever it restricts must hold.
pub(super) fn confirmation(confirmation: Node<'_>, expected: &Expected<'_>) -> Result<(), VihfError> {
    const WRONG: VihfError = VihfError::Grammar("SubjectConfirmation");
    assertion::only_attributes(confirmation, &["Method"])?;
    let method = confirmation.attribute("Method").unwrap_or_default();
    if !matches!(method.strip_prefix("urn:oasis:names:tc:SAML:2.0:cm:"), Some("bearer" | "sender-vouches")) {
        return Err(WRONG);
    }
    let children: Vec<Node<'_>> = confirmation.children().collect();
    let data = match children.as_slice() {
        [] if !confirmation.has_own_text() => return Ok(()),
        [data] if data.is(SAML, "SubjectConfirmationData") && !confirmation.has_own_text() => *data,
        _ => return Err(WRONG),
    };
    assertion::only_attributes(data, &["Recipient", "NotBefore", "NotOnOrAfter"])?;
    assertion::empty_inside(data)?;
    if data.attribute("Recipient").is_some_and(|it| !expected.names.contains(&it)) {
        return Err(VihfError::Audience);
    }
    if optional(data, "NotBefore")?.is_some_and(|it| it > expected.now.plus(expected.skew)) {
        return Err(VihfError::TooEarly);
    }
    if optional(data, "NotOnOrAfter")?.is_some_and(|it| expected.now >= it.plus(expected.skew)) {
        return Err(VihfError::Expired);
    }
    Ok(())
}

pub(super) fn required(node: Node<'_>, name: &'static str) -> Result<Instant, VihfError> {
    optional(node, name)?.ok_or(VihfError::Grammar(name))
}

fn optional(node: Node<'_>, name: &'static str) -> Result<Option<Instant>, VihfError> {
    match node.attribute(name) {
        None => Ok(None),
        Some(text) => instant(text).map(Some).ok_or(VihfError::Grammar(name)),
    }
}

/// `2026-11-22T05:30:00.123Z`, or with an offset: the whole form, nothing shortened.
fn instant(text: &str) -> Option<Instant> {
    let (date, time) = text.split_once('T')?;
    let shape = |text: &str, pattern: &str| {
        text.len() == pattern.len()
            && text.bytes().zip(pattern.bytes()).all(|(byte, wanted)| match wanted {
                b'9' => byte.is_ascii_digit(),
                other => byte == other,
            })
    };
    let (clock, rest) = time.split_at_checked(8)?;
    let zone = match rest.strip_prefix('.') {
        None => rest,
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|it: char| it.is_ascii_digit());
            let digits = fraction.len() - zone.len();
            if !(1..=9).contains(&digits) {
                return None;
            }
            zone
        }
    };
    let zoned = zone == "Z" || shape(zone, "+99:99") || shape(zone, "-99:99");
    if !shape(date, "9999-99-99") || !shape(clock, "99:99:99") || !zoned {
        return None;
    }
    text.parse::<Timestamp>().ok().map(Instant::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_whole_and_zoned() {
        for right in ["2026-11-22T05:30:00Z", "2026-11-22T06:30:00.000+01:00"] {
            assert_eq!(instant(right).map(Instant::as_millis), Some(1_795_325_400_000), "{right}");
        }
        for wrong in [
            "2026-11-22T05:30:00",
            "2026-11-22 05:30:00Z",
            "2026-11-22T05:30Z",
            "2026-11-22t05:30:00z",
            "2026-13-22T05:30:00Z",
            "2026-11-22T05:30:00.Z",
            "2026-11-22T05:30:00Z[UTC]",
            " 2026-11-22T05:30:00Z",
            "20261122T053000Z",
            "",
        ] {
            assert_eq!(instant(wrong), None, "{wrong}");
        }
    }
}
