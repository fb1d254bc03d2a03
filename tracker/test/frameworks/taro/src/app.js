/* global trace, __non_webpack_require__ */
import { useDidHide, useDidShow, useLaunch } from '@tarojs/taro';

__non_webpack_require__('./utils/cl_tracker.js');

export default function App({ children }) {
  useLaunch((options) => trace('launch', options.scene));
  useDidShow(() => trace('show'));
  useDidHide(() => trace('hide'));
  return children;
}
