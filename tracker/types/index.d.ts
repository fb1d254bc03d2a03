// Types of the tracker. What it does, option by option: README.md.

export type Value = string | number | boolean | Date | null | undefined | Value[] | { [name: string]: Value };
export type Properties = Record<string, Value>;

/** Once, later, also on failure; after ten seconds at the latest with `waiting`: the event is kept and will be sent. */
export type Callback = (
  error: null | { code: string; message: string; field?: string },
  info: { id?: string },
) => void;

export interface Heard {
  name: string;
  page?: string;
  query?: string;
  properties: Properties;
}

export interface Options {
  /** The app's write key. */
  key: string;
  /** Where Minilens is: https://… */
  server: string;
  /** Under what name the tracker hangs on the app. */
  name?: string;
  /**
   * granted: begins at once. pending: nothing is stored or sent until setConsent('granted'). remember: as pending, until
   * consent was given once. denied: nothing is even remembered.
   */
  consent?: 'granted' | 'pending' | 'remember' | 'denied';
  /** Events by themselves that are not wanted: false. */
  autoTrack?: Partial<Record<'launch' | 'show' | 'hide' | 'view' | 'leave' | 'click' | 'share' | 'error' | 'load_time', boolean>>;
  /** Seconds in the back after which a new session begins: 300. */
  sessionTimeoutSec?: number;
  /** Events that are sent at once: 10; milliseconds after which fewer are sent: 5000. */
  batch?: { size?: number; intervalMs?: number };
  /** append: paths of shared cards get a mark, so that the visits they lead to are known. */
  share?: 'off' | 'append';
  /** Texts of properties are cut at so many characters: 255, at most 2000. */
  maxStringLength?: number;
  /** false: no configuration is fetched, no events without code. */
  remoteConfig?: boolean;
  /** The owner's own number of the program's version. */
  appVersion?: string;
  /** The last word on each event: false drops it, another one takes its place. */
  before?: (event: Heard) => Heard | false | void;
  /** Lines in the developer's console. */
  debug?: boolean;
}

export interface Identities {
  identityType?: string;
  identityValue?: string;
  identityType2?: string;
  identityValue2?: string;
  identityType3?: string;
  identityValue3?: string;
}

export interface Target {
  targetName?: string;
  targetId?: string;
}

export interface Tracker {
  readonly version: string;
  init(options: Options): Tracker;

  track(name: string, callback?: Callback): void;
  track(name: string, properties: Properties & Target, callback?: Callback): void;
  track(name: string, targetName: string, targetId?: string, properties?: Properties | Callback, callback?: Callback): void;

  /** Identities by slot, and properties of every event; kept on the phone, nothing is sent. */
  push(given: Properties & Identities): void;
  identify(type: string, value: string): void;
  login(member: string): void;
  logout(): void;
  reset(): void;
  /** Properties of every event until the program ends. */
  register(properties: Properties): void;
  setPageProps(properties: Properties): void;
  clearAllRegister(): void;
  /** Facts about the person. */
  profile(properties: Properties): void;
  setProfile(properties: Properties): void;
  setOnceProfile(properties: Properties): void;

  setConsent(said: 'granted' | 'denied'): void;
  optOut(purge?: boolean): void;
  flush(callback?: Callback): void;
  /** The path with a mark of this share, for any way of sharing. */
  sharePath(path: string, kind?: string): string;

  onAppLaunch(this: unknown, options?: object): void;
  onAppShow(options?: object): void;
  onAppHide(): void;
  wrapApp<T extends object>(options: T): T;
  wrapPage<T extends object>(options: T): T;
  wrapComponent<T extends object>(options: T): T;

  getDeviceId(): string | null;
  getSessionId(): string;
}

declare const tracker: Tracker;
export default tracker;
