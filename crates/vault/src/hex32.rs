//! 32 bytes as 64 hexadecimal digits, for serde's `with`.

use serde::{Deserialize, Deserializer, Serializer, de::Error};

pub fn serialize<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&bytes.map(|byte| format!("{byte:02x}")).concat())
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
    let text = String::deserialize(deserializer)?;
    let wrong = || D::Error::custom("not 64 hexadecimal digits");
    if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    let mut bytes = [0; 32];
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        let digits = std::str::from_utf8(digits).map_err(|_| wrong())?;
        *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    #[derive(serde::Serialize, serde::Deserialize, PartialEq, Debug)]
    struct Held(#[serde(with = "super")] [u8; 32]);

    #[test]
    fn sixty_four_digits_and_nothing_else() {
        let held = Held(std::array::from_fn(|at| at as u8 * 8));
        let text = serde_json::to_string(&held).unwrap();
        assert_eq!(serde_json::from_str::<Held>(&text).unwrap(), held);
        for wrong in ["00".repeat(31), "00".repeat(33), "+1".repeat(32), "0g".repeat(32), String::new()] {
            assert!(serde_json::from_str::<Held>(&format!("\"{wrong}\"")).is_err(), "{wrong}");
        }
    }
}
