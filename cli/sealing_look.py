"""What the doctor looks at to tell whether personal data can be opened, and by nobody else."""

from cli.looks import Finding, State
from kernel.resealing import any_plain
from kernel.runtime import Runtime
from kernel.sealing import SealingError
from kernel.sealing_keys import key_file
from kernel.sealing_register import missing_keys

BRING_BACK = "Bring them back: nothing else opens what they sealed."


def look_at_keys(runtime: Runtime) -> Finding:
    """Look whether all keys are here, kept from others, and used for everything."""
    path = None if runtime.settings.sealing_keys else key_file(runtime.settings)
    with runtime.session() as session:
        try:
            missing = missing_keys(session, runtime.sealer.keys)
        except (SealingError, OSError) as error:
            return Finding("sealing", State.BAD, str(error), BRING_BACK)
        plain = any_plain(session)
    if missing:
        return Finding(
            "sealing",
            State.BAD,
            f"Keys that this database was sealed with are not here: {', '.join(missing)}.",
            BRING_BACK,
        )
    if path is not None and path.stat().st_mode & 0o077:
        return Finding("sealing", State.WARN, f"Others may read {path}.", f"Take that from them: chmod 600 {path}")
    if plain is not None:
        do = "Run `fieldbeat sealing renew`; it works while the product does."
        return Finding("sealing", State.WARN, f"There are texts in {plain} from before they were sealed.", do)
    kept = "FIELDBEAT_SEALING_KEYS" if path is None else str(path)
    says = f"Personal data are sealed with {runtime.sealer.newest.name}, from {kept}: no backup is read without it."
    return Finding("sealing", State.OK, says)
