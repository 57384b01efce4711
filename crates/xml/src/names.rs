//! Characters and names of XML 1.0 (fifth edition) and of Namespaces in XML 1.0.

use crate::error::Reason;

/// XML 1.0 production 2, `Char`.
pub(crate) fn is_char(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

/// Where the first character stands that is none of XML. In UTF-8 only a control character, and what begins with EF,
/// can be one: everything else is passed over byte by byte.
pub(crate) fn first_invalid(text: &str) -> Option<usize> {
    let doubtful = |byte: u8| (byte < 0x20 && !is_space(byte)) || byte == 0xEF;
    if !text.bytes().any(doubtful) {
        return None;
    }
    text.char_indices().find(|(_, character)| !is_char(*character)).map(|(at, _)| at)
}

/// XML 1.0 production 3, `S`.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// XML 1.0 production 4 without the colon.
fn starts_name(character: char) -> bool {
    matches!(character,
        'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}'
        | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}'
        | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}'
        | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

/// XML 1.0 production 4a without the colon.
fn continues_name(character: char) -> bool {
    starts_name(character)
        || matches!(character,
            '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// A name without colon.
pub(crate) fn is_ncname(name: &str) -> bool {
    if name.is_ascii() {
        let mut bytes = name.bytes();
        let starts = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
        let continues = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        return bytes.next().is_some_and(starts) && bytes.all(continues);
    }
    is_ncname_of_any(name)
}

fn is_ncname_of_any(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(starts_name) && characters.all(continues_name)
}

/// Splits a qualified name into prefix (empty when there is none) and local part.
pub(crate) fn split(name: &str, longest: usize) -> Result<(&str, &str), Reason> {
    if name.len() > longest {
        return Err(Reason::NameTooLong);
    }
    let (prefix, local) = match name.split_once(':') {
        Some((prefix, local)) if is_ncname(prefix) => (prefix, local),
        Some(_) => return Err(Reason::InvalidName),
        None => ("", name),
    };
    if is_ncname(local) { Ok((prefix, local)) } else { Err(Reason::InvalidName) }
}

/// The character that a reference names, given what stands between `&` and `;`. Only the
/// five predefined entities exist.
pub(crate) fn resolve(reference: &str) -> Result<char, Reason> {
    match reference {
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "amp" => return Ok('&'),
        "apos" => return Ok('\''),
        "quot" => return Ok('"'),
        _ => {}
    }
    let Some(number) = reference.strip_prefix('#') else {
        return Err(Reason::UndefinedEntity);
    };
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    // `from_str_radix` would take a sign.
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Err(Reason::InvalidReference);
    }
    u32::from_str_radix(digits, radix)
        .ok()
        .and_then(char::from_u32)
        .filter(|character| is_char(*character))
        .ok_or(Reason::InvalidReference)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_judged_alike_in_a_text_and_alone() {
        for character in (0..=0x10_FFFF).filter_map(char::from_u32) {
            let text = format!("é{character}");
            assert_eq!(first_invalid(&text).is_none(), is_char(character), "{:x}", u32::from(character));
            assert!(first_invalid(&text).is_none_or(|at| at == 2));
        }
    }

    #[test]
    fn the_short_way_for_names_says_what_the_long_one_says() {
        for first in 0..128_u8 {
            for second in 0..128_u8 {
                let name = format!("{}{}", char::from(first), char::from(second));
                assert_eq!(is_ncname(&name), is_ncname_of_any(&name), "{first:x} {second:x}");
            }
        }
        assert!(!is_ncname("") && is_ncname("é1") && !is_ncname("1é"));
    }
}
