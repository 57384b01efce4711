//! Spoiling: what transports, careless software and attackers do to bytes. Half of the cuts fall where the syntax of
//! texts has its seams, so that whole elements, members and parameters go, come twice, or change places.

/// Larger inputs are cut: sizes have their limits and tests elsewhere.
pub const LARGEST: usize = 1 << 16;

/// A stream of numbers from a seed (splitmix64).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % (limit.max(1) as u64)).unwrap_or(0)
    }
}

const SEAMS: &[u8] = b"<>{}[]\",:;&=|/ ?\n";
const BYTES: &[u8] =
    &[0, 1, b'\t', b'\r', b'\n', b' ', b'"', b'%', b'<', b'\\', 0x7f, 0x80, 0xc0, 0xed, 0xff];
/// What means something to one decoder or another, and seldom stands in a valid input.
const WORDS: &[&str] = &[
    "<!DOCTYPE a [<!ENTITY b \"c\">]>",
    "&b;",
    "&#0;",
    "&#x10FFFF;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?xml-stylesheet",
    " xmlns=\"\"",
    " xmlns:xml=\"a\"",
    "\u{feff}",
    "\u{202e}",
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "\\u0000",
    "\\ud800",
    "1e999",
    "-0",
    "9223372036854775808",
    "0.0000000000000000001",
    "%00",
    "%",
    "%C3",
    "&",
    "|",
    "\\,",
    "\\|",
    ",,",
    "$",
    "urn:oid:",
    "urn:uuid:",
    "..",
    "../",
    "ge2024-02-30",
    "lt0000",
    "9999-12-31T23:59:60Z",
    "24:00",
    "+14:00",
    ":missing",
    ":exact",
    ":contains",
    "_count",
    "endstream",
    "endobj",
    "/Filter",
    "/Length -1",
    "xref",
    "\u{0}",
];

/// One to six ways, one over the other.
pub fn spoilt(base: &[u8], other: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut input = base.to_vec();
    for _ in 0..=chance.below(6) {
        spoil(&mut input, other, chance);
        input.truncate(LARGEST);
    }
    input
}

fn spoil(input: &mut Vec<u8>, other: &[u8], chance: &mut Chance) {
    let range = piece(input, chance);
    match chance.below(12) {
        0 => flip(input, chance),
        1 => {
            let place = chance.below(input.len());
            if let Some(byte) = input.get_mut(place) {
                *byte = BYTES[chance.below(BYTES.len())];
            }
        }
        2 => drop(input.drain(range)),
        3 => {
            let copy = input[range.clone()].to_vec();
            input.splice(range.end..range.end, copy);
        }
        4 => {
            // deep and long: an opening a thousand times over
            let copy = input[range.clone()].to_vec();
            let times = (1 + chance.below(2000)).min(LARGEST / copy.len().max(1));
            input.splice(range.start..range.start, copy.repeat(times));
        }
        5 | 6 => {
            let word = WORDS[chance.below(WORDS.len())];
            let end = if chance.below(2) == 0 { range.start } else { range.end };
            input.splice(range.start..end, word.bytes());
        }
        7 | 8 => {
            let from = piece(other, chance);
            input.splice(range, other[from].iter().copied());
        }
        9 => {
            let there = piece(input, chance);
            let copy = input[there].to_vec();
            input.splice(range, copy);
        }
        10 => number(input, chance),
        _ => input.truncate(range.start),
    }
}

fn flip(input: &mut [u8], chance: &mut Chance) {
    let place = chance.below(input.len());
    if let Some(byte) = input.get_mut(place) {
        *byte ^= 1 << chance.below(8);
    }
}

/// A run of digits becomes another number.
fn number(input: &mut Vec<u8>, chance: &mut Chance) {
    const NUMBERS: [&str; 9] =
        ["0", "-1", "1", "255", "65536", "2147483648", "18446744073709551616", "1e308", "00"];
    let from = chance.below(input.len());
    let Some(start) = input.iter().skip(from).position(u8::is_ascii_digit).map(|it| from + it) else {
        return;
    };
    let length = input[start..].iter().take_while(|it| it.is_ascii_digit()).count();
    input.splice(start..start + length, NUMBERS[chance.below(NUMBERS.len())].bytes());
}

/// A part of an input: anywhere, or from seam to seam.
fn piece(input: &[u8], chance: &mut Chance) -> std::ops::Range<usize> {
    let start = chance.below(input.len() + 1);
    if chance.below(2) == 0 {
        // short ones are more likely
        let most = 1 << chance.below(12);
        let end = start + chance.below(most).min(input.len() - start);
        return start..end;
    }
    let seam = |from: usize| input.iter().skip(from).position(|it| SEAMS.contains(it)).map(|it| from + it);
    let Some(start) = seam(start) else { return start..input.len() };
    let mut end = start + 1;
    for _ in 0..=chance.below(8) {
        end = seam(end).map_or(input.len(), |it| it + 1);
    }
    start..end.min(input.len())
}
