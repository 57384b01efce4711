//! Content-Transfer-Encoding: what arrives as it is, and base64, decoded as it passes. Anything else is refused, so
//! that nothing is ever stored wrongly decoded (abuse case D06).

use super::Error;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Encoding {
    Binary,
    SevenBit,
    Base64,
}

impl Encoding {
    pub fn read(text: &str) -> Result<Self, Error> {
        match text.to_ascii_lowercase().as_str() {
            "binary" | "8bit" => Ok(Self::Binary),
            "7bit" => Ok(Self::SevenBit),
            "base64" => Ok(Self::Base64),
            _ => Err(Error::TransferEncoding),
        }
    }
}

/// The decoder of one part.
#[derive(Clone, Debug)]
pub(super) struct Decoder {
    encoding: Encoding,
    bits: u32,
    /// Characters of the present group of four.
    count: u8,
    padding: u8,
}

impl Decoder {
    pub fn new(encoding: Encoding) -> Self {
        Self { encoding, bits: 0, count: 0, padding: 0 }
    }

    /// The bytes these stand for.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        match self.encoding {
            Encoding::Binary => Ok(bytes.to_vec()),
            Encoding::SevenBit if bytes.is_ascii() => Ok(bytes.to_vec()),
            Encoding::SevenBit => Err(Error::SevenBit),
            Encoding::Base64 => self.base64(bytes),
        }
    }

    /// At the end of the part: no group is left open.
    pub fn finish(&self) -> Result<(), Error> {
        if self.count == 0 { Ok(()) } else { Err(Error::Base64) }
    }

    fn base64(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let mut out = Vec::with_capacity(bytes.len() / 4 * 3 + 3);
        for byte in bytes {
            let value = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'9' => byte - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                b'=' if self.count >= 2 => {
                    self.padding += 1;
                    self.count += 1;
                    self.close(&mut out)?;
                    continue;
                }
                b'\r' | b'\n' | b' ' | b'\t' => continue,
                _ => return Err(Error::Base64),
            };
            // nothing follows the padding
            if self.padding > 0 {
                return Err(Error::Base64);
            }
            self.bits = (self.bits << 6) | u32::from(value);
            self.count += 1;
            self.close(&mut out)?;
        }
        Ok(out)
    }

    /// Writes out a group that is whole.
    fn close(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        if self.count < 4 {
            return Ok(());
        }
        self.count = 0;
        let bits = std::mem::take(&mut self.bits);
        let [_, one, two, three] = bits.to_be_bytes();
        match self.padding {
            0 => out.extend([one, two, three]),
            // the bits that padding leaves over are zero, so that one text means one thing
            1 if bits & 0b11 == 0 => {
                let [_, _, one, two] = (bits >> 2).to_be_bytes();
                out.extend([one, two]);
            }
            2 if bits & 0b1111 == 0 => {
                let [.., one] = (bits >> 4).to_be_bytes();
                out.push(one);
            }
            _ => return Err(Error::Base64),
        }
        Ok(())
    }
}
