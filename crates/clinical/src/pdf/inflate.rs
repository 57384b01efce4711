//! DEFLATE (RFC 1951) in a zlib wrapper (RFC 1950), with a limit on what comes out.
//!
//! Ours because a PDF's object streams come from outside and may be bombs (abuse case G02):
//! the limit must hold while decoding, not after. Speed matters little here: only object
//! streams are decoded, never images or pages.

/// The stream is damaged, or larger than allowed once decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InflateFault {
    Damaged,
    TooLong,
}

/// Decodes a zlib stream of at most `limit` bytes. The checksum is not verified: producers
/// get it wrong, and viewers do not look.
pub(super) fn inflate(data: &[u8], limit: usize) -> Result<Vec<u8>, InflateFault> {
    let header = data.get(..2).ok_or(InflateFault::Damaged)?;
    let number = u16::from_be_bytes([first(header), header.get(1).copied().unwrap_or_default()]);
    let (is_deflate, has_dictionary) = (first(header) & 0x0F == 8, number & 0x20 != 0);
    if !is_deflate || has_dictionary || !number.is_multiple_of(31) {
        return Err(InflateFault::Damaged);
    }
    let mut decoder = Decoder {
        bits: Bits { data: data.get(2..).unwrap_or_default(), at: 0, held: 0, count: 0 },
        out: Vec::new(),
        limit,
    };
    while !decoder.block()? {}
    Ok(decoder.out)
}

fn first(bytes: &[u8]) -> u8 {
    bytes.first().copied().unwrap_or_default()
}

struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    held: u32,
    count: u32,
}

impl Bits<'_> {
    /// Up to 16 bits, the first one lowest.
    fn take(&mut self, wanted: u32) -> Result<u32, InflateFault> {
        while self.count < wanted {
            let byte = self.data.get(self.at).ok_or(InflateFault::Damaged)?;
            self.at += 1;
            self.held |= u32::from(*byte) << self.count;
            self.count += 8;
        }
        let value = self.held & ((1 << wanted) - 1);
        self.held >>= wanted;
        self.count -= wanted;
        Ok(value)
    }
}

struct Decoder<'a> {
    bits: Bits<'a>,
    out: Vec<u8>,
    limit: usize,
}

/// RFC 1951 3.2.5: base length and extra bits of the codes 257 to 285.
#[rustfmt::skip]
const LENGTHS: [(u16, u8); 29] = [
    (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 1), (13, 1), (15, 1), (17, 1),
    (19, 2), (23, 2), (27, 2), (31, 2), (35, 3), (43, 3), (51, 3), (59, 3), (67, 4), (83, 4), (99, 4),
    (115, 4), (131, 5), (163, 5), (195, 5), (227, 5), (258, 0),
];

/// RFC 1951 3.2.5: base distance and extra bits of the distance codes.
#[rustfmt::skip]
const DISTANCES: [(u16, u8); 30] = [
    (1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (7, 1), (9, 2), (13, 2), (17, 3), (25, 3), (33, 4), (49, 4),
    (65, 5), (97, 5), (129, 6), (193, 6), (257, 7), (385, 7), (513, 8), (769, 8), (1025, 9), (1537, 9),
    (2049, 10), (3073, 10), (4097, 11), (6145, 11), (8193, 12), (12289, 12), (16385, 13), (24577, 13),
];

/// RFC 1951 3.2.7: in which order the lengths of code lengths stand.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

impl Decoder<'_> {
    /// One block; whether it was the last.
    fn block(&mut self) -> Result<bool, InflateFault> {
        let last = self.bits.take(1)? == 1;
        match self.bits.take(2)? {
            0 => self.stored()?,
            1 => {
                let mut lengths = [8; 288];
                lengths.iter_mut().take(256).skip(144).for_each(|length| *length = 9);
                lengths.iter_mut().take(280).skip(256).for_each(|length| *length = 7);
                self.coded(&Code::of(&lengths)?, &Code::of(&[5; 30])?)?;
            }
            2 => {
                let (literals, distances) = self.codes()?;
                self.coded(&literals, &distances)?;
            }
            _ => return Err(InflateFault::Damaged),
        }
        Ok(last)
    }

    fn stored(&mut self) -> Result<(), InflateFault> {
        // The rest of the byte is skipped; whole bytes held are none, for at most 3 bits
        // were asked of a byte.
        self.bits.take(self.bits.count % 8)?;
        let length = self.bits.take(16)?;
        let complement = self.bits.take(16)?;
        if length != complement ^ 0xFFFF {
            return Err(InflateFault::Damaged);
        }
        for _ in 0..length {
            let byte = self.bits.take(8)?;
            self.push(low(byte))?;
        }
        Ok(())
    }

    fn codes(&mut self) -> Result<(Code, Code), InflateFault> {
        let literals = self.bits.take(5)? as usize + 257;
        let distances = self.bits.take(5)? as usize + 1;
        let count = self.bits.take(4)? as usize + 4;
        let mut lengths = [0; 19];
        for place in ORDER.iter().take(count) {
            let length = low(self.bits.take(3)?);
            if let Some(slot) = lengths.get_mut(*place) {
                *slot = length;
            }
        }
        let code = Code::of(&lengths)?;
        let mut lengths: Vec<u8> = Vec::with_capacity(literals + distances);
        while lengths.len() < literals + distances {
            let symbol = code.symbol(&mut self.bits)?;
            let (value, times) = match symbol {
                0..=15 => (low(u32::from(symbol)), 1),
                16 => (*lengths.last().ok_or(InflateFault::Damaged)?, 3 + self.bits.take(2)?),
                17 => (0, 3 + self.bits.take(3)?),
                _ => (0, 11 + self.bits.take(7)?),
            };
            lengths.extend(std::iter::repeat_n(value, times as usize));
        }
        if lengths.len() > literals + distances {
            return Err(InflateFault::Damaged);
        }
        let (literals, distances) = lengths.split_at(literals);
        Ok((Code::of(literals)?, Code::of(distances)?))
    }

    fn coded(&mut self, literals: &Code, distances: &Code) -> Result<(), InflateFault> {
        loop {
            let symbol = literals.symbol(&mut self.bits)?;
            match symbol {
                0..=255 => self.push(low(u32::from(symbol)))?,
                256 => return Ok(()),
                _ => {
                    let length = self.amount(&LENGTHS, usize::from(symbol) - 257)?;
                    let symbol = distances.symbol(&mut self.bits)?;
                    let distance = self.amount(&DISTANCES, usize::from(symbol))?;
                    let from = self.out.len().checked_sub(distance).ok_or(InflateFault::Damaged)?;
                    for from in (from..).take(length) {
                        let byte = self.out.get(from).copied().ok_or(InflateFault::Damaged)?;
                        self.push(byte)?;
                    }
                }
            }
        }
    }

    fn amount(&mut self, table: &[(u16, u8)], index: usize) -> Result<usize, InflateFault> {
        let (base, extra) = table.get(index).ok_or(InflateFault::Damaged)?;
        Ok(usize::from(*base) + self.bits.take(u32::from(*extra))? as usize)
    }

    fn push(&mut self, byte: u8) -> Result<(), InflateFault> {
        if self.out.len() >= self.limit {
            return Err(InflateFault::TooLong);
        }
        self.out.push(byte);
        Ok(())
    }
}

fn low(value: u32) -> u8 {
    u8::try_from(value & 0xFF).unwrap_or_default()
}

/// A canonical Huffman code: how many codes of each length, and the symbols in their order.
struct Code {
    counts: [u16; 16],
    symbols: Vec<u16>,
}

impl Code {
    fn of(lengths: &[u8]) -> Result<Self, InflateFault> {
        let mut counts = [0_u16; 16];
        for length in lengths {
            *counts.get_mut(usize::from(*length)).ok_or(InflateFault::Damaged)? += 1;
        }
        // More codes than bits allow would decode into anything. Fewer are met in the wild
        // (a single distance code).
        let mut left = 1_i32;
        for count in counts.iter().skip(1) {
            left = (left << 1) - i32::from(*count);
            if left < 0 {
                return Err(InflateFault::Damaged);
            }
        }
        let mut symbols: Vec<(u8, u16)> = lengths
            .iter()
            .zip(0_u16..)
            .filter(|(length, _)| **length > 0)
            .map(|(length, symbol)| (*length, symbol))
            .collect();
        symbols.sort_unstable();
        Ok(Self { counts, symbols: symbols.into_iter().map(|(_, symbol)| symbol).collect() })
    }

    fn symbol(&self, bits: &mut Bits<'_>) -> Result<u16, InflateFault> {
        let (mut code, mut start, mut index) = (0_u32, 0_u32, 0_u32);
        for count in self.counts.iter().skip(1) {
            code |= bits.take(1)?;
            let count = u32::from(*count);
            if code < start + count {
                let place = index + (code - start);
                return self.symbols.get(place as usize).copied().ok_or(InflateFault::Damaged);
            }
            index += count;
            start = (start + count) << 1;
            code <<= 1;
        }
        Err(InflateFault::Damaged)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    // Made by zlib: "hello hello hello hello hello\n" at level 9.
    const FIXED: &[u8] = &[
        0x78, 0xda, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0xc0, 0x4e, 0x72, 0x01, 0x00, 0xad, 0xff, 0x0a,
        0xef,
    ];

    #[test]
    fn a_fixed_block_with_copies_is_decoded() {
        assert_eq!(inflate(FIXED, 1000).unwrap(), b"hello hello hello hello hello\n");
        assert_eq!(inflate(FIXED, 30).unwrap().len(), 30);
        assert_eq!(inflate(FIXED, 29), Err(InflateFault::TooLong));
    }

    // Made by zlib: the squares of 0 to 59, separated by spaces.
    const DYNAMIC: &[u8] = &[
        0x78, 0xda, 0x15, 0x8e, 0xc1, 0x01, 0xc0, 0x30, 0x08, 0x02, 0x57, 0x61, 0x04, 0x51, 0x6b, 0x74, 0xff,
        0xc5, 0x0a, 0x2f, 0x12, 0x05, 0xbc, 0x00, 0xd1, 0x38, 0x70, 0x90, 0x1f, 0x6a, 0xd0, 0x87, 0x69, 0x2c,
        0xc1, 0x08, 0x30, 0xa5, 0xdd, 0xda, 0xca, 0x71, 0xb2, 0xc8, 0x93, 0x9f, 0x74, 0x0f, 0x95, 0x2d, 0xbf,
        0xd2, 0xf2, 0x75, 0x4b, 0xb7, 0xf1, 0xe5, 0xe1, 0x7b, 0x83, 0x91, 0x6f, 0xa4, 0x4f, 0xff, 0xa7, 0xf9,
        0x6a, 0x7f, 0xf2, 0xdd, 0xb8, 0x57, 0x41, 0x86, 0x1a, 0x48, 0x55, 0xd1, 0x9d, 0x4c, 0x95, 0xb3, 0x7c,
        0xa5, 0x7d, 0xee, 0xf3, 0xdd, 0x31, 0xc0, 0x98, 0xe4, 0x89, 0x88, 0xdb, 0x66, 0x10, 0x61, 0x86, 0x29,
        0x68, 0xe2, 0x8c, 0x43, 0x56, 0x34, 0xb2, 0x83, 0x22, 0x53, 0x22, 0xc7, 0xaf, 0xe7, 0xd9, 0x7a, 0x7b,
        0xf2, 0x95, 0x13, 0xa5, 0x7e, 0x43, 0x8b, 0xbc, 0xd4, 0x57, 0xbd, 0xfc, 0x01, 0xea, 0x2d, 0x2e, 0x92,
    ];

    #[test]
    fn a_dynamic_block_is_decoded() {
        let squares: Vec<_> = (0..60).map(|number| (number * number).to_string()).collect();
        assert_eq!(inflate(DYNAMIC, 1000).unwrap(), squares.join(" ").into_bytes());
    }

    #[test]
    fn a_stored_block_is_copied() {
        let stored = [0x78, 0x01, 0x01, 3, 0, 0xFC, 0xFF, b'a', b'b', b'c'];
        assert_eq!(inflate(&stored, 3).unwrap(), b"abc");
        assert_eq!(inflate(&stored, 2), Err(InflateFault::TooLong));
        let wrong = [0x78, 0x01, 0x01, 3, 0, 0xFC, 0xFE, b'a', b'b', b'c'];
        assert_eq!(inflate(&wrong, 3), Err(InflateFault::Damaged));
    }

    #[test]
    fn a_cut_stream_is_damaged() {
        for end in 0..FIXED.len() - 4 {
            assert_eq!(inflate(FIXED.get(..end).unwrap(), 1000), Err(InflateFault::Damaged), "{end}");
        }
    }
}
