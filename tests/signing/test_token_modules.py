"""Which drivers are known without anybody naming them."""

from __future__ import annotations

from pathlib import Path

from signing.keys.token_modules import drivers_of_this_system


def test_what_p11_kit_has_registered_is_known_and_what_holds_no_keys_is_left_out(
    tmp_path: Path,
) -> None:
    register = tmp_path / "modules"
    register.mkdir()
    maker = tmp_path / "opt" / "厂家" / "libukey.so"
    maker.parent.mkdir(parents=True)
    maker.write_bytes(b"")
    (register / "ukey.module").write_text(f"# a comment\nmodule: {maker}\npriority: 5\n")
    (register / "gone.module").write_text("module: /opt/gone/libgone.so\n")
    (register / "trust.module").write_text(f"module: {maker}\ntrust-policy: yes\n")
    (register / "opensc.module").write_text("module: opensc-pkcs11.so\n")
    (register / "odd.module").write_bytes(b"\xff\xfe\0")
    found = drivers_of_this_system([register, tmp_path / "none"])
    assert found.count(maker) == 1
    assert Path("/opt/gone/libgone.so") not in found
    assert len({path.resolve() for path in found}) == len(found)
    assert sum(path.name == "opensc-pkcs11.so" for path in found) == 1
    assert not any("p11-kit-trust" in path.name for path in found)
