//! Does a JPEG open? Its size is read first, then every pixel is decoded.

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// Pixels of one image, checked before any is decoded (G10). An A4 page scanned at 600 dots
/// per inch has 35 million; decoding takes up to six bytes for each.
pub const PIXELS: usize = 50_000_000;
/// Longest side: the most a JPEG can say.
const SIDE: usize = 65_535;
/// Passes of a progressive image; each walks over the whole image.
const SCANS: usize = 64;

/// Why a JPEG does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JpegFault {
    /// The header cannot be read.
    #[error("its header cannot be read")]
    Header,
    /// More than 50 million.
    #[error("it has more pixels than allowed")]
    TooManyPixels,
    /// The image cannot be decoded.
    #[error("the image cannot be decoded")]
    Damaged,
}

/// Width and height as the header of a JPEG or PNG says them; none when it cannot be read or
/// says more than [`PIXELS`]. Nothing is decoded.
pub(crate) fn size(bytes: &[u8]) -> Option<(usize, usize)> {
    let (width, height) = if bytes.starts_with(b"\x89PNG\r\n\x1A\n") {
        // PNG, 11.2.1: the first chunk is IHDR, its data begins with both sides.
        if bytes.get(12..16) != Some(b"IHDR") {
            return None;
        }
        let side = |at: usize| {
            let side: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
            usize::try_from(u32::from_be_bytes(side)).ok()
        };
        (side(16)?, side(20)?)
    } else {
        let options = DecoderOptions::new_safe().set_max_width(SIDE).set_max_height(SIDE);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
        decoder.decode_headers().ok()?;
        decoder.dimensions()?
    };
    (width > 0 && height > 0 && width.saturating_mul(height) <= PIXELS).then_some((width, height))
}

/// Decodes a JPEG and forgets it.
pub(crate) fn jpeg(bytes: &[u8]) -> Result<(usize, usize), JpegFault> {
    // Grey is enough to know that it decodes, and takes a third of the memory.
    let options = DecoderOptions::new_safe()
        .set_max_width(SIDE)
        .set_max_height(SIDE)
        .jpeg_set_max_scans(SCANS)
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|_| JpegFault::Header)?;
    let (width, height) = decoder.dimensions().ok_or(JpegFault::Header)?;
    if width.saturating_mul(height) > PIXELS {
        return Err(JpegFault::TooManyPixels);
    }
    decoder.decode().map_err(|_| JpegFault::Damaged)?;
    Ok((width, height))
}
