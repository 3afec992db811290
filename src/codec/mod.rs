//! Bytes to model and back.
//!
//! [`read`](read()) takes what a file holds: gzip (several members too), zlib, zstd or plain protobuf, and inside of these
//! also what was there before protobuf: gperftools' files and Go's texts. It looks at the bytes, never at names. [`write`](write()) makes gzip-compressed protobuf, the same bytes
//! for the same profile. [`encode`] makes the protobuf alone.
//!
//! ```
//! # #[cfg(feature = "read")] {
//! use rpprof::codec::{self, ReadOptions, WriteOptions};
//! # use rpprof::profile::ProfileBuilder;
//! # let mut builder = ProfileBuilder::new();
//! # builder.sample_type("cpu", "nanoseconds");
//! # let (stack, labels) = (builder.stack(&[]), builder.label_set(&[]));
//! # builder.sample(stack, labels, &[5]);
//! # let profile = builder.build()?;
//! let mut file = Vec::new();
//! codec::write(&profile, &mut file, &WriteOptions::default())?;
//! let again = codec::read(file.as_slice(), &ReadOptions::default())?;
//! assert_eq!(again, profile);
//! # }
//! # Ok::<(), rpprof::Error>(())
//! ```

mod encode;
mod fields;
mod symbol_rows;
mod write;

#[cfg(feature = "read")]
mod ahead;
#[cfg(feature = "read")]
mod compression;
#[cfg(feature = "read")]
mod decode;
#[cfg(feature = "read")]
mod framer;
#[cfg(feature = "read")]
mod gzip;
#[cfg(feature = "read")]
mod legacy;
#[cfg(feature = "read")]
mod pump;
#[cfg(feature = "read")]
mod read;
#[cfg(feature = "read")]
mod short_message;
#[cfg(feature = "read")]
mod unpack;
#[cfg(feature = "read")]
mod wire;

#[cfg(feature = "proto")]
pub mod proto;

pub use encode::encode;
#[cfg(feature = "symbolize")]
pub(crate) use symbol_rows::SymbolRows;
#[cfg(feature = "symbolize")]
pub(crate) use write::write_with;
pub use write::{WriteOptions, write};

#[cfg(feature = "read")]
pub use compression::Compression;
#[cfg(feature = "read")]
pub use read::{LabelColumn, ReadOptions, StackColumn, read, read_with};
