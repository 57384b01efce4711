//! How many messages a day: to one address, and to the numbers of one country. Whoever makes a service send text
//! messages to dear numbers earns by it; a quota bounds what they earn (SMS pumping). Beyond one, the message goes
//! by the next way, and the log says so.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use model::Instant;
use record::upkeep::notices::{Channel, Message};

/// So many a day.
#[derive(Clone, Debug)]
pub struct Limits {
    pub to_one_number: u32,
    pub to_one_email: u32,
    /// By country code (`33`); the others have [`Limits::other_countries`] each.
    pub countries: HashMap<String, u32>,
    pub other_countries: u32,
}

impl Default for Limits {
    /// France and its overseas countries code by code; a trickle for the rest of the world.
    fn default() -> Self {
        let countries = [
            ("33", 1_000_000),
            ("262", 50_000),
            ("508", 1_000),
            ("590", 50_000),
            ("594", 50_000),
            ("596", 50_000),
            ("681", 1_000),
            ("687", 50_000),
            ("689", 50_000),
        ];
        let countries = countries.map(|(code, most)| (code.to_owned(), most)).into();
        Self { to_one_number: 10, to_one_email: 50, countries, other_countries: 200 }
    }
}

/// Counted in memory: a restart begins the day anew.
pub struct Quotas {
    limits: Limits,
    today: Mutex<Today>,
}

#[derive(Default)]
struct Today {
    day: i64,
    addresses: HashMap<[u8; 16], u32>,
    countries: HashMap<String, u32>,
    told: Vec<String>,
}

/// More addresses a day than this are counted by country alone.
const ADDRESSES_MAX: usize = 2_000_000;

/// One message that counts, until it is given back.
pub struct Slot {
    address: Option<[u8; 16]>,
    country: Option<String>,
}

impl Quotas {
    pub fn new(limits: Limits) -> Self {
        Self { limits, today: Mutex::default() }
    }

    /// None beyond a quota.
    pub fn take(&self, message: &Message, now: Instant) -> Option<Slot> {
        let (most, country) = match message.channel {
            Channel::Letter => return Some(Slot { address: None, country: None }),
            Channel::Email => (self.limits.to_one_email, None),
            Channel::Sms => (self.limits.to_one_number, Some(country(&message.to)?.to_owned())),
        };
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        if today.day != now.day() {
            *today = Today { day: now.day(), ..Today::default() };
        }
        if let Some(country) = &country {
            let most = self.limits.countries.get(country).copied().unwrap_or(self.limits.other_countries);
            if today.countries.get(country).copied().unwrap_or(0) >= most {
                if !today.told.contains(country) {
                    tracing::warn!(%country, most, "ALERT: the day's text messages to this country are used up");
                    today.told.push(country.clone());
                }
                return None;
            }
        }
        let address = digest(&message.to);
        let sent = today.addresses.get(&address).copied().unwrap_or(0);
        if sent >= most {
            if sent == most {
                tracing::warn!(
                    channel = message.channel.name(),
                    most,
                    "ALERT: the day's messages to one address are used up"
                );
                today.addresses.insert(address, most.saturating_add(1));
            }
            return None;
        }
        if sent > 0 || today.addresses.len() < ADDRESSES_MAX {
            today.addresses.insert(address, sent.saturating_add(1));
        }
        if let Some(country) = &country {
            *today.countries.entry(country.clone()).or_default() += 1;
        }
        Some(Slot { address: Some(address), country })
    }

    /// It did not leave.
    pub fn give_back(&self, slot: Slot) {
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = slot.address.and_then(|it| today.addresses.get_mut(&it)) {
            *count = count.saturating_sub(1);
        }
        if let Some(count) = slot.country.and_then(|it| today.countries.get_mut(&it)) {
            *count = count.saturating_sub(1);
        }
    }
}

fn digest(address: &str) -> [u8; 16] {
    let whole = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, address.as_bytes());
    let mut half = [0; 16];
    half.iter_mut().zip(whole.as_ref()).for_each(|(to, from)| *to = *from);
    half
}

/// The country code of an E.164 number: one digit, two or three, by the plan of the ITU. None where it is no number.
fn country(number: &str) -> Option<&str> {
    const TWO: [&str; 43] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48",
        "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81",
        "82", "84", "86", "90", "91", "92", "93", "94", "95",
    ];
    let digits = number.strip_prefix('+')?;
    if !digits.bytes().all(|it| it.is_ascii_digit()) || digits.len() < 8 {
        return None;
    }
    let two = digits.get(..2)?;
    match digits.get(..1)? {
        one @ ("1" | "7") => Some(one),
        _ if TWO.contains(&two) || two == "98" => Some(two),
        _ => digits.get(..3),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn message(channel: Channel, to: &str) -> Message {
        let (id, subject, text) = (String::new(), String::new(), String::new());
        Message { id, channel, to: to.into(), address: Vec::new(), subject, text, secret: false }
    }

    #[test]
    fn countries_are_told_apart() {
        for (number, code) in
            [("+33639980000", "33"), ("+262692000000", "262"), ("+15550000000", "1"), ("+25261000000", "252")]
        {
            assert_eq!(country(number), Some(code));
        }
        for wrong in ["", "0639980000", "+33", "+33 6 39 98"] {
            assert_eq!(country(wrong), None);
        }
    }

    #[test]
    fn a_number_a_country_and_a_day_have_their_end() {
        let limits = Limits { to_one_number: 2, other_countries: 3, ..Limits::default() };
        let quotas = Quotas::new(limits);
        let now = "2026-11-23T09:00:00Z".parse::<Instant>().unwrap();
        let take = |to: &str, now| quotas.take(&message(Channel::Sms, to), now).is_some();
        assert_eq!([(); 3].map(|()| take("+33639980000", now)), [true, true, false]);
        assert!(take("+33639980001", now));
        // one of a dear country each: the fourth is refused, whoever it is for
        let dear: Vec<bool> = (0..4).map(|it| take(&format!("+25261000000{it}"), now)).collect();
        assert_eq!(dear, [true, true, true, false]);
        let tomorrow = now.plus(jiff::SignedDuration::from_hours(24));
        assert!(take("+33639980000", tomorrow) && take("+252610000009", tomorrow));
        assert!(!take("0639980000", now), "no number at all");
        assert!(quotas.take(&message(Channel::Letter, ""), now).is_some());
    }

    #[test]
    fn what_did_not_leave_does_not_count() {
        let quotas = Quotas::new(Limits { to_one_number: 1, ..Limits::default() });
        let sms = message(Channel::Sms, "+33639980000");
        let slot = quotas.take(&sms, Instant::EPOCH).unwrap();
        quotas.give_back(slot);
        assert!(quotas.take(&sms, Instant::EPOCH).is_some());
    }
}
