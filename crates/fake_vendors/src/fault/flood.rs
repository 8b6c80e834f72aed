//! Bodies that are too large for their reader, made piece by piece so that they cost nothing here.

use std::convert::Infallible;
use std::io::Write as _;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use bytes::Bytes;
use flate2::write::ZlibEncoder;
use flate2::{Compress, Compression, FlushCompress};
use futures::Stream;

/// What a flood promises or sends at most.
pub(crate) const FLOOD_BYTES: u64 = 2 << 30;
/// No flood lasts longer, so that a test that does not hang up ends all the same.
const FLOOD_TIME: Duration = Duration::from_secs(60);
/// What the gzip bomb unpacks to.
const GZIP_BYTES: u64 = 4 << 30;
const BLOCK: usize = 1 << 20;

/// `head`, and then the same letter without end.
pub(crate) fn endless(head: &'static [u8], letter: u8) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let piece = Bytes::from(vec![letter; 64 << 10]);
    let pieces = FLOOD_BYTES / piece.len() as u64;
    limited(Bytes::from_static(head), piece, pieces, Bytes::new())
}

/// A gzip file of blanks, which any JSON may begin with.
pub(crate) fn gzip_bomb() -> impl Stream<Item = Result<Bytes, Infallible>> {
    let head = Bytes::from_static(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&vec![b' '; BLOCK]);
    let block = hasher.clone();
    let count = GZIP_BYTES / BLOCK as u64;
    (1..count).for_each(|_| hasher.combine(&block));
    let mut tail = vec![0x03, 0x00];
    tail.extend_from_slice(&hasher.finalize().to_le_bytes());
    tail.extend_from_slice(&u32::try_from(GZIP_BYTES % (1 << 32)).unwrap_or(0).to_le_bytes());
    limited(head, packed_block(b' '), count, Bytes::from(tail))
}

fn limited(head: Bytes, piece: Bytes, pieces: u64, tail: Bytes) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let began = Instant::now();
    futures::stream::unfold(0, move |sent| {
        let next = match sent {
            0 => Some(head.clone()),
            sent if sent <= pieces && began.elapsed() < FLOOD_TIME => Some(piece.clone()),
            sent if sent == pieces + 1 => Some(tail.clone()),
            _ => None,
        };
        std::future::ready(next.map(|bytes| (Ok(bytes), sent + 1)))
    })
}

/// A megabyte of one letter, deflated so that it can stand behind itself any number of times.
fn packed_block(letter: u8) -> Bytes {
    let mut compress = Compress::new(Compression::best(), false);
    let mut packed = Vec::with_capacity(16 << 10);
    compress.compress_vec(&vec![letter; BLOCK], &mut packed, FlushCompress::Full).expect("letters can be packed");
    Bytes::from(packed)
}

/// A PNG that is small except in its own words.
pub(crate) fn header_bomb() -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&[0; 4096]).expect("zeros can be packed");
    let packed = encoder.finish().expect("zeros can be packed");
    png(60_000, &packed)
}

/// A PNG of 30 000 x 30 000 grey pixels, complete and valid.
pub(crate) fn png_bomb() -> Vec<u8> {
    static BOMB: LazyLock<Vec<u8>> = LazyLock::new(|| {
        const SIDE: u64 = 30_000;
        let total = SIDE * (SIDE + 1);
        let block = packed_block(0);
        let mut packed = vec![0x78, 0x9c];
        (0..total / BLOCK as u64).for_each(|_| packed.extend_from_slice(&block));
        let rest = usize::try_from(total % BLOCK as u64).unwrap_or(0);
        let mut last = Compress::new(Compression::best(), false);
        let mut end = Vec::with_capacity(64 << 10);
        last.compress_vec(&vec![0; rest], &mut end, FlushCompress::Finish).expect("zeros can be packed");
        packed.extend_from_slice(&end);
        // Adler-32 of zeros: the first sum stays 1, the second counts the bytes.
        let adler = u32::try_from(total % 65_521).unwrap_or(0) << 16 | 1;
        packed.extend_from_slice(&adler.to_be_bytes());
        png(u32::try_from(SIDE).unwrap_or(0), &packed)
    });
    BOMB.clone()
}

fn png(side: u32, packed: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = side.to_be_bytes().repeat(2);
    // Eight bits of grey, the usual compression and filters, not interlaced.
    head.extend_from_slice(&[8, 0, 0, 0, 0]);
    for (name, data) in [(b"IHDR", head.as_slice()), (b"IDAT", packed), (b"IEND", &[])] {
        bytes.extend(chunk(name, data));
    }
    bytes
}

/// A JUMBF box whose description says that it is a manifest of content credentials (C2PA 2.1, embedded in PNG as `caBX`).
const CREDENTIALS: &[u8] = b"\0\0\0\x2ejumb\0\0\0\x26jumdc2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71\x03c2pa.manifest\0";
/// Where the first chunk of a PNG ends.
const AFTER_HEAD: usize = 33;

/// The PNG with content credentials behind its head.
pub(crate) fn with_credentials(png: &[u8]) -> Vec<u8> {
    let (head, rest) = png.split_at(AFTER_HEAD);
    [head, &chunk(b"caBX", CREDENTIALS), rest].concat()
}

fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [name.as_slice(), data].concat();
    let length = u32::try_from(data.len()).unwrap_or(0).to_be_bytes();
    let checksum = crc32fast::hash(&named).to_be_bytes();
    [&length[..], &named, &checksum[..]].concat()
}
