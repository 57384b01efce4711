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
