import { IconDeviceLaptop, IconDeviceMobile, IconDeviceTablet } from "@tabler/icons-react";
import type { Device } from "../../../contract/devices.ts";
import css from "./devices.module.css";

const ICONS = { desktop: IconDeviceLaptop, mobile: IconDeviceMobile, tablet: IconDeviceTablet } as const;

export function DeviceIcon({ kind }: Pick<Device, "kind">) {
  const Icon = ICONS[kind];
  return (
    <span className={css.icon} aria-hidden="true">
      <Icon size={20} stroke={1.6} />
    </span>
  );
}
