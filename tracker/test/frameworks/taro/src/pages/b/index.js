/* global trace */
import { View } from '@tarojs/components';
import { useLoad, useShareAppMessage, useUnload } from '@tarojs/taro';

export default function B() {
  useLoad((query) => trace('b.onLoad', query.id));
  useUnload(() => trace('b.onUnload'));
  useShareAppMessage(() => ({ title: 'b', path: '/pages/b/index?id=1' }));
  return <View>b</View>;
}
