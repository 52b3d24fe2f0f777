//! Tests over several packages. The tests themselves are in `tests/it/`; here stands what they compile, and what the
//! programs that they start share with them.

// As the program: runs here have its speed.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub mod exhaustive;
pub mod kill_matrix;
pub mod pages;
pub mod sdk_faults;
